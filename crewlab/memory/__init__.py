"""What agents remember and what they may look up: a file of memories, a folder of knowledge, vectors to search both.

Knows nothing of crewAI, and starts nothing: whoever calls it does so where blocking does no harm.
"""
