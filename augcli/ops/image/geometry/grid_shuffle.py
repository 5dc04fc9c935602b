from augcli.plugin import Draw, Grid, Op, Primitives, State, Tiles, option, uniforms


class GridShuffle(Op):
    """Cut the image into equal tiles and shuffle them.

    Pixel values are not changed. Where the grid does not divide the image evenly, a rim of a few pixels stays in place.
    Masks and points move with their tiles; boxes cannot, so use it for classification only. Do not use when the label
    depends on the overall shape.
    """

    id = "image.grid_shuffle"
    keys = ("key",)
    examples = ({}, {"tiles": [8, 5]})
    references = ("Noroozi and Favaro, Unsupervised learning by solving jigsaw puzzles, arXiv:1603.09246",)

    tiles: Grid = option((3, 3), unit="", doc="[columns, rows], or one number for both")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        columns, rows = min(self.tiles[0], width), min(self.tiles[1], height)
        order = list(range(columns * rows))
        for place, u in zip(range(len(order) - 1, 0, -1), uniforms(draw.key, len(order) - 1), strict=True):
            other = int(u * (place + 1))  # Fisher and Yates
            order[place], order[other] = order[other], order[place]
        return [Tiles(columns, rows, tuple(order))]
