"""The canvas: a view of a graph document on NodeGraphQt's viewer and items. It owns nothing:
gestures become edits of the document, and what is drawn follows from the document's graph. It may
import the models below it and the basics of `ui`, never another view."""
