"""nlpaug 1.1 for text and audio, and the four steps of EDA (Easy Data Augmentation)."""

from __future__ import annotations

from .row import AS_IS, DECIBELS, FROM_ZERO, NOT_YET, WORDS, Option, PeerTable

_WORDS: dict[str, Option | tuple[()]] = {
    "aug_p": AS_IS("rate"), "aug_min": AS_IS("at_least"), "aug_max": (), "stopwords": (), "tokenizer": (), "verbose": (),
}  # fmt: skip
_LETTERS: dict[str, Option | tuple[()]] = {
    "aug_char_p": AS_IS("rate"), "aug_char_min": AS_IS("at_least"), "aug_char_max": (), "aug_word_p": (), "aug_word_min": (),
    "aug_word_max": (), "stopwords": (), "tokenizer": (), "verbose": (), "name": (),
}  # fmt: skip
_LESS = "rate is a share of all letters here; there aug_word_p of the words lose aug_char_p of their letters, 0.09 in all"
_CAPPED = "rate is a share of the words in both; there at most aug_max = 10 words change"

TABLE = row = PeerTable("nlpaug", "text")
row("SynonymAug", "synonym", _CAPPED, aug_src=WORDS("lexicon"), lang=WORDS("lexicon"), model_path=WORDS("lexicon"), **_WORDS)
row("SpellingAug", "spelling: {rate: 0.3}", _CAPPED, dict_path=(), **_WORDS)
row(
    "RandomWordAug", "random_delete: {rate: 0.3}", "action: swap is random_swap here, action: delete random_delete",
    action=WORDS("random_delete, random_swap"), target_words=(), **{**_WORDS, "aug_min": ()},
)  # fmt: skip
row(
    "KeyboardAug", "keyboard_typo: {rate: 0.09}", _LESS, lang="layout", include_special_char=(), include_numeric=(),
    include_upper_case=(), **_LETTERS,
)  # fmt: skip
row("OcrAug", "ocr_typo: {rate: 0.09}", _LESS, min_char=(), **_LETTERS)
row("Sequential", "sequence: [random_swap, random_delete]")
row("Sometimes", "some_of: {n: [0, 2], steps: [random_swap, random_delete]}", "each step's own p is its probability", aug_p=())
row.none("AntonymAug", f"{NOT_YET}: an antonym changes what a text says, so its label would be wrong")
row.none(
    "ContextualWordEmbsAug WordEmbsAug TfIdfAug ReservedAug",
    f"{NOT_YET}; nothing uses a language model, but synonym replaces words from a lexicon",
)  # fmt: skip
row.none(
    "BackTranslationAug AbstSummAug LambadaAug ContextualWordEmbsForSentenceAug RandomSentAug",
    f"{NOT_YET}; nothing rewrites whole sentences",
)  # fmt: skip
row.none("SplitAug RandomCharAug", f"{NOT_YET}; keyboard_typo and ocr_typo change letters")

EDA_TABLE = row = PeerTable("EDA", "text")
row("synonym_replacement", "synonym: {rate: 0.1}", "", alpha_sr="rate", n=())
row("random_insertion", "random_insert: {rate: 0.1}", "", alpha_ri="rate", n=())
row("random_deletion", "random_delete: {rate: 0.1}", "", p_rd="rate")
row("EasyDataAugmenter", "one_of: [synonym, random_insert, random_swap, random_delete]", "")
row("EDA", "one_of: [synonym, random_insert, random_swap, random_delete]", "", alpha_sr=WORDS("rate"))

AUDIO_TABLE = row = PeerTable("nlpaug", "audio")
_ZONE: dict[str, tuple[()]] = {"zone": (), "duration": (), "sampling_rate": ()}
row("LoudnessAug", "gain", "a factor of the amplitude there, decibels here", factor=DECIBELS("gain_db"), coverage=(), **_ZONE)
row(
    "SpeedAug", "time_stretch: {rate: [0.5, 2]}", "the pitch is kept in both; to change it too, write speed", factor="rate",
    coverage=(), **_ZONE,
)  # fmt: skip
row("MaskAug", "time_mask", "silence here; noise by default there", coverage=FROM_ZERO("share"), mask_with_noise=(), **_ZONE)
row("NoiseAug", "noise", "", color="color", noises=(), coverage=(), **_ZONE)
row("ShiftAug", "shift: {by_s: [-3, 3]}", "", duration=FROM_ZERO("by_s"), direction=WORDS("by_s"), sampling_rate=())
row("PolarityInverseAug", "polarity_inversion", "", coverage=(), **_ZONE)
row.none("PitchAug VtlpAug", f"{NOT_YET}; speed changes pitch and tempo together")
row.none("CropAug", f"{NOT_YET}; nothing cuts, but time_mask silences parts")
row.none("NormalizeAug", "belongs in the data loader")
