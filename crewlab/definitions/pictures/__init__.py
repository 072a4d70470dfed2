"""Definitions as pictures: a graph of what is there, laid out, and written as Mermaid, SVG or HTML.

`graph_of` makes the picture of a crew or a flow, `lineage` that of several definitions and what they use.
Any document can be drawn, also one that cannot run; texts of people are encoded in everything that is written.
"""
