"""definitions/library"""
