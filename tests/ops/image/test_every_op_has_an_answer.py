"""Every image operation has a test against an answer that is known: another library's on a photograph, or a closed form.

A new operation needs a line here, and the test that the line names.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from augcli import ops

HERE = Path(__file__).parent
OTHERS, CANVAS, COLOURS, FIELDS = "test_answers_of_others", "test_canvas_ops", "test_colour_ops", "test_field_ops"
GEOMETRY, GRAIN, HOLES, NEAR = "test_geometric_ops", "test_grain_ops", "test_hole_ops", "test_neighbour_ops"
MIXES, POLICIES, RECODE, WEATHER = "test_colours_and_mixes", "test_policies", "test_recode_ops", "test_weather_ops"

# Operation: whose answer, how far from it in levels where nothing else is said, and the test.
ANSWERS: dict[str, tuple[str, str, str, str]] = {
    "affine": ("torchvision affine", "2 inside", GEOMETRY, "test_affine_is_torchvisions"),
    "augmix": ("torchvision AugMix, each step; the weighted mean", "2", "test_augmix", "test_steps_are_torchvisions"),
    "auto_augment": ("torchvision AutoAugment", "the same pairs, steps 2", POLICIES, "test_found_policies_are_torchvisions"),
    "autocontrast": ("torchvision, Pillow", "1", COLOURS, "test_autocontrast_is_torchvisions_and_pillows"),
    "background": ("Pillow alpha_composite", "2", "test_background", "test_as_pillow_composites_it"),
    "box_blur": ("OpenCV blur", "0.5", NEAR, "test_box_blur_is_opencvs"),
    "brightness": ("torchvision adjust_brightness", "0.51", OTHERS, "test_steps_are_theirs"),
    "center_crop": ("torchvision center_crop", "0", CANVAS, "test_crops_are_torchvisions"),
    "channel_drop": ("numpy", "0", COLOURS, "test_channels_are_shuffled_and_dropped"),
    "channel_shuffle": ("numpy", "0", COLOURS, "test_channels_are_shuffled_and_dropped"),
    "clahe": ("OpenCV CLAHE", "1", COLOURS, "test_clahe_of_grey_is_opencvs_and_of_colour_keeps_chroma"),
    "coarse_dropout": ("closed form", "0", HOLES, "test_coarse_dropout_lies_inside_and_has_the_sizes_asked_for"),
    "color_jitter": ("its four steps", "0", MIXES, "test_colour_jitter_is_its_four_steps_in_the_drawn_order"),
    "contrast": ("torchvision adjust_contrast", "0.51", OTHERS, "test_steps_are_theirs"),
    "copy_paste": ("Pillow alpha_composite", "1", "test_copy_paste", "test_pixels_of_the_cut_out_are_the_partners"),
    "crop": ("torchvision resized_crop", "0.51 inside", OTHERS, "test_steps_are_theirs_inside"),
    "cutmix": ("the paper's form, counted", "0", MIXES, "test_cutmix_pastes_the_partner_and_counts_the_pixels_really_covered"),
    "cutout": ("closed form", "0", MIXES, "test_cutout_covers_squares_and_nothing_else"),
    "d4": ("numpy", "0", CANVAS, "test_transpose_and_the_eight_symmetries_are_exact"),
    "defocus": ("OpenCV filter2D with a disc", "1.1", OTHERS, "test_steps_are_theirs"),
    "downscale": ("OpenCV resize, there and back", "45 dB", "test_downscale_ops", "test_downscaling_is_opencvs_there_and_back"),
    "elastic": ("SciPy map_coordinates through its field", "1", FIELDS, "test_random_fields_are_remappings"),
    "emboss": ("closed form on an edge", "1", NEAR, "test_emboss_lights_edges_from_where_it_says"),
    "equalize": ("torchvision, Pillow", "0", COLOURS, "test_equalize_is_torchvisions_and_pillows"),
    "erasing": ("closed form", "0", HOLES, "test_erasing_has_its_area_and_lies_inside"),
    "exposure": ("IEC 61966-2-1 there and back", "0.51", COLOURS, "test_exposure_multiplies_light"),
    "fancy_pca": ("AlexNet's axes", "0.1 %", COLOURS, "test_fancy_pca_shifts_along_orthogonal_axes"),
    "five_crop": ("torchvision five_crop", "0", CANVAS, "test_crops_are_torchvisions"),
    "flip": ("torchvision hflip", "0", OTHERS, "test_steps_are_theirs"),
    "fog": ("a blend by hand", "0.51", WEATHER, "test_even_fog_is_one_blend"),
    "gamma": ("torchvision adjust_gamma", "0.51", COLOURS, "test_gamma_is_torchvisions"),
    "gaussian_blur": ("torchvision gaussian_blur", "1", NEAR, "test_gaussian_blur_is_torchvisions"),
    "gaussian_noise": ("moments of the normal", "2 %", MIXES, "test_gaussian_noise_has_its_standard_deviation"),
    "glass_blur": ("its three passes by hand", "0", NEAR, "test_glass_blur_is_one_shuffle_between_two_blurs"),
    "grayscale": ("torchvision rgb_to_grayscale", "0.76", OTHERS, "test_steps_are_theirs"),
    "grid_distortion": ("numpy interp", "1.3 px", FIELDS, "test_grid_distortion_stretches_cells_between_fixed_edges"),
    "grid_mask": ("closed form", "0", HOLES, "test_grid_masks_are_regular"),
    "grid_shuffle": ("tiles counted", "0", FIELDS, "test_grid_shuffle_lays_every_tile_out_once"),
    "histogram_match": ("scikit-image match_histograms", "1", "test_tone_kernels", "test_matched_histograms_are_scikit_images"),
    "hsv_jitter": ("OpenCV HSV", "1 on average", COLOURS, "test_hsv_jitter_is_near_opencvs_own"),
    "hue": ("W3C hueRotate", "0.76", OTHERS, "test_steps_are_theirs"),
    "illumination": ("closed form", "1", COLOURS, "test_light_comes_from_where_it_is_said_to_come"),
    "invert": ("torchvision invert", "0", COLOURS, "test_solarize_posterize_and_invert_are_torchvisions"),
    "iso_noise": ("moments of its parts", "5 %", GRAIN, "test_iso_noise_has_a_grey_and_a_coloured_part"),
    "jpeg_compression": ("Pillow", "40 dB", RECODE, "test_jpeg_is_pillows"),
    "longest_side": ("OpenCV resize", "0", CANVAS, "test_sides_keep_proportions"),
    "median_blur": ("OpenCV, SciPy", "0", OTHERS, "test_steps_are_theirs"),
    "mixup": ("the paper's form", "1", MIXES, "test_mixup_weighs_this_image_by_share"),
    "mosaic": ("halves by OpenCV", "0", "test_mosaic", "test_even_quarters_are_halves"),
    "motion_blur": ("OpenCV blur, filter2D", "0.51", OTHERS, "test_steps_are_theirs"),
    "optical": ("OpenCV remap", "45 dB", FIELDS, "test_optical_is_remapping"),
    "overlay_image": ("Pillow alpha_composite", "1", "test_overlay_ops", "test_as_pillow_composites_it"),
    "overlay_text": ("Pillow text", "0", "test_overlay_ops", "test_letters_are_pillows"),
    "pad": ("torchvision pad, numpy pad", "0", OTHERS, "test_steps_are_theirs"),
    "perspective": ("OpenCV, torchvision perspective", "3 inside", GEOMETRY, "test_perspective_is_opencvs_and_torchvisions"),
    "pixel_dropout": ("its share; others untouched", "0", GRAIN, "test_pixel_dropout_leaves_the_others_alone"),
    "pixelate": ("means of blocks", "0.5", "test_downscale_ops", "test_blocks_are_their_means"),
    "posterize": ("torchvision posterize", "0", COLOURS, "test_solarize_posterize_and_invert_are_torchvisions"),
    "rain": ("closed form of the scene", "0.76", "test_weather_answers", "test_rain_without_streaks_is_a_duller_scene"),
    "rand_augment": ("torchvision RandAugment, each step", "2", POLICIES, "test_every_step_is_torchvisions"),
    "resize": ("torchvision resize", "0.8; smaller: 33 dB", OTHERS, "test_steps_are_theirs"),
    "rgb_shift": ("numpy", "0.95", COLOURS, "test_rgb_shift"),
    "rotate": ("torchvision affine", "0.51 inside", OTHERS, "test_steps_are_theirs_inside"),
    "rotate90": ("torch rot90", "0", OTHERS, "test_steps_are_theirs"),
    "salt_pepper": ("shares counted", "10 %", GRAIN, "test_salt_and_pepper_come_in_their_shares"),
    "saturation": ("torchvision adjust_saturation", "0.76", OTHERS, "test_steps_are_theirs"),
    "sepia": ("W3C sepia", "0.95", COLOURS, "test_sepia_is_the_w3cs"),
    "shadow": ("scikit-image polygon2mask", "0.51", "test_weather_answers", "test_a_hard_shadow_fills_its_outline"),
    "sharpen": ("torchvision adjust_sharpness, Pillow", "1", NEAR, "test_sharpen_is_torchvisions_and_pillows"),
    "shear": ("torchvision affine", "0.51 inside", OTHERS, "test_steps_are_theirs_inside"),
    "shortest_side": ("OpenCV resize, sizes by hand", "0", CANVAS, "test_sides_keep_proportions"),
    "shot_noise": ("moments of Poisson", "5 %", GRAIN, "test_photons_have_the_mean_and_variance_of_poisson"),
    "snow": ("closed form of the scene", "0.51", "test_weather_answers", "test_snow_without_flakes_is_a_brighter_scene"),
    "solarize": ("torchvision solarize", "0", COLOURS, "test_solarize_posterize_and_invert_are_torchvisions"),
    "solarize_add": ("numpy", "0", COLOURS, "test_solarize_add"),
    "speckle": ("moments of the normal", "3 %", GRAIN, "test_speckle_is_in_proportion_to_the_level"),
    "sun_flare": ("closed form", "1.4", "test_weather_answers", "test_a_sun_without_reflections_is_its_glow"),
    "temperature": ("tables", "0.001 in x, y", COLOURS, "test_black_bodies_have_the_chromaticities_of_the_tables"),
    "ten_crop": ("torchvision ten_crop", "0", CANVAS, "test_crops_are_torchvisions"),
    "thin_plate_spline": ("SciPy map_coordinates through its field", "1", FIELDS, "test_random_fields_are_remappings"),
    "tone_curve": ("Bézier at its handles", "0.51", COLOURS, "test_tone_curves_keep_their_ends_and_never_turn_back"),
    "translate": ("torchvision affine", "0.01 inside", OTHERS, "test_steps_are_theirs_inside"),
    "transpose": ("numpy", "0", CANVAS, "test_transpose_and_the_eight_symmetries_are_exact"),
    "trivial_augment": ("torchvision TrivialAugmentWide, each step", "2", POLICIES, "test_every_step_is_torchvisions"),
    "unsharp_mask": ("scikit-image unsharp_mask", "1", NEAR, "test_unsharp_mask_is_scikits"),
    "vignette": ("closed form", "0.51", COLOURS, "test_a_vignette_is_darkest_in_the_farthest_corner"),
    "webp_compression": ("Pillow", "40 dB", RECODE, "test_webp_is_pillows"),
    "zoom": ("torchvision affine", "0.51 inside", OTHERS, "test_steps_are_theirs_inside"),
    "zoom_blur": ("mean of torch's enlargements", "0.51", NEAR, "test_zoom_blur_is_a_mean_of_enlargements"),
}  # fmt: skip


def test_every_operation_has_an_answer() -> None:
    assert set(ANSWERS) == {op.name() for op in ops.load().values() if op.modality() == "image"}


@pytest.mark.parametrize("name", ANSWERS)
def test_its_test_is_there(name: str) -> None:
    _, tolerance, file, test = ANSWERS[name]
    source = (HERE / f"{file}.py").read_text(encoding="utf-8")
    assert tolerance and any(isinstance(node, ast.FunctionDef) and node.name == test for node in ast.parse(source).body)
