"""Folders of data: walking and detecting what goes in, writing and remembering what comes out."""
