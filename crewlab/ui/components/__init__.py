"""ui/components"""
