"""Readers of installed trees: environments, ``node_modules``, system package databases, and the images that hold them.

One module a format. A reader takes a ``TreeView`` and the place of its data in it, and gives a ``Reading``; the tree may be
a folder on disk or the layers of an image. Nothing of the tree is ever run, and nothing outside it is opened.
"""
