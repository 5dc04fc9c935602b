"""Operations that change colours and tones."""
