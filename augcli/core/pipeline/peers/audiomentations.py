"""audiomentations 0.43 and torch-audiomentations 0.12, with the options of older versions; torchaudio's transforms."""

from __future__ import annotations

from .row import AS_IS, DECIBELS, NOT_YET, SOUND_LOADER, UNCHANGED, WORDS, PeerTable, first, second

TABLE = row = PeerTable("audiomentations", "audio", p=0.5)
row(
    "Gain", "gain: {gain_db: [-12, 12]}", "", min_gain_db=first("gain_db"), max_gain_db=second("gain_db"),
    min_gain_in_db=first("gain_db"), max_gain_in_db=second("gain_db"),
)  # fmt: skip
row(
    "AddGaussianSNR", "noise: {snr_db: [5, 40]}", "", min_snr_db=first("snr_db"), max_snr_db=second("snr_db"),
    min_snr_in_db=first("snr_db"), max_snr_in_db=second("snr_db"),
)  # fmt: skip
row(
    "AddGaussianNoise", "noise", "an amplitude there; here snr_db is measured against the sound", min_amplitude=WORDS("snr_db"),
    max_amplitude=WORDS("snr_db"),
)  # fmt: skip
row(
    "AddColorNoise", "noise: {snr_db: [5, 40], color: pink}", "color: white, pink or brown here, a slope in dB per octave there",
    min_snr_db=first("snr_db"), max_snr_db=second("snr_db"), min_f_decay=WORDS("color"), max_f_decay=WORDS("color"),
)  # fmt: skip
row(
    "TimeStretch", "time_stretch: {rate: [0.8, 1.25]}", "the length changes here; there it is kept by default",
    min_rate=first("rate"), max_rate=second("rate"), leave_length_unchanged=(), method=(),
)  # fmt: skip
row(
    "Shift", "shift: {by: [-0.5, 0.5]}", "for seconds write by_s", min_shift=first("by"), max_shift=second("by"),
    min_fraction=first("by"), max_fraction=second("by"), rollover=WORDS("fill (roll or silence)"), shift_unit=WORDS("by or by_s"),
    fade_duration=(),
)  # fmt: skip
row(
    "TimeMask", "time_mask: {share: [0.01, 0.2]}", "", min_band_part=first("share"), max_band_part=second("share"), fade=(),
    fade_duration=(), mask_location=WORDS("place"),
)  # fmt: skip
row("PolarityInversion", "polarity_inversion")
row("Reverse", "reverse")
row("Compose", "sequence: {p: 1, steps: [gain, reverse]}", "the list under audio: already is one", transforms=WORDS("steps"))
row("OneOf", "one_of: {p: 1, steps: [gain, reverse]}", "set the weight on each step: weight: 2", transforms=WORDS("steps"))
row(
    "SomeOf", "some_of: {n: 2, p: 1, steps: [gain, reverse, polarity_inversion]}", "", num_transforms="n",
    transforms=WORDS("steps"),
)  # fmt: skip
row.none("PitchShift", f"{NOT_YET}; speed changes pitch and tempo together")
row.none("AddBackgroundNoise AddShortNoises", f"{NOT_YET}; nothing mixes in recordings, but noise adds steady noise")
row.none("ApplyImpulseResponse RoomSimulator", f"{NOT_YET}; nothing adds reverberation")
row.none(
    "LowPassFilter HighPassFilter BandPassFilter BandStopFilter LowShelfFilter "
    "HighShelfFilter PeakingFilter SevenBandParametricEQ", f"{NOT_YET}; nothing filters audio files",
)  # fmt: skip
row.none("Mp3Compression BitCrush Aliasing Resample", f"{NOT_YET}; nothing lowers the quality of audio files")
row.none("TanhDistortion ClippingDistortion Clip Limiter GainTransition AirAbsorption RepeatPart Lambda", NOT_YET)
row.none("Trim Padding AdjustDuration", f"{NOT_YET}; cut or pad in the data loader")
row.none("Normalize LoudnessNormalization", SOUND_LOADER)
row.none(
    "SpecFrequencyMask SpecChannelShuffle", "works on spectrograms, while augcli changes audio files; do it in the data loader"
)

TORCH_TABLE = row = PeerTable("torch-audiomentations", "audio", p=0.5)
row(
    "AddColoredNoise", "noise: {snr_db: [3, 30], color: pink}", "color: white, pink or brown here, a slope there",
    min_snr_in_db=first("snr_db"), max_snr_in_db=second("snr_db"), min_f_decay=WORDS("color"), max_f_decay=WORDS("color"),
)  # fmt: skip
row("TimeInversion", "reverse")
row.none("PeakNormalization", SOUND_LOADER)
row.none("ShuffleChannels SpliceOut", NOT_YET)
row.none("Identity", UNCHANGED)

TORCHAUDIO_TABLE = row = PeerTable("torchaudio", "audio")
row("SpeedPerturbation", "speed: {rate: {choice: [0.9, 1, 1.1]}}", "", factors=WORDS("rate (a choice)"), orig_freq=())
row("Speed", "speed", "", factor="rate", orig_freq=())
row("Vol", "gain", "a factor of the amplitude there by default; decibels here", gain=DECIBELS("gain_db"), gain_type=())
row("AddNoise", "noise", "generated noise here, a waveform there", snr=AS_IS("snr_db"))
row("TimeMasking", "time_mask", "a share of the length here", time_mask_param=WORDS("share"), iid_masks=())
row.none(
    "FrequencyMasking SpecAugment MelSpectrogram Spectrogram MFCC AmplitudeToDB",
    "works on spectrograms, while augcli changes audio files; do it in the data loader",
)  # fmt: skip
row.none("Fade Convolve FFTConvolve Preemphasis Deemphasis Loudness", NOT_YET)
