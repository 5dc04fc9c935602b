"""Operations that mix in another image."""
