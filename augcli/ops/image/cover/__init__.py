"""Operations that cover parts of the image."""
