"""The torch backend by itself: no batch size changes an output, and its draws and labels are those of the CPU backend."""

from __future__ import annotations

import json

import pytest

PIPELINE = """
seed: 7
copies: 2
image:
  - flip: {p: 0.5}
  - rotate: {angle_deg: [-15, 15], p: 0.7}
  - crop: {area: [0.6, 1.0], size: 32}
  - color_jitter: {p: 0.8}
  - one_of: {id: soften, steps: [{gaussian_blur: {sigma_px: [0.3, 1.2]}}, {gaussian_noise: {std: [0.01, 0.04]}}]}
  - cutmix: {p: 0.4, partner: other_class}
"""


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory, samples):
    from augcli.engine.run import run
    from augcli.engine.state.options import RunOptions
    from augcli.load import load_pipeline

    folder = tmp_path_factory.mktemp("torch")
    (folder / "p.yaml").write_text(PIPELINE)
    options = RunOptions(device="cpu", backend="torch", batch_size=1, workers=1)
    run(load_pipeline(str(folder / "p.yaml")), [str(samples / "images")], str(folder / "out"), options)
    return folder / "out"


@pytest.mark.parametrize(
    "options", [{"batch_size": 7, "workers": 2}, {"batch_size": 0, "workers": 4}, {"batch_size": 0, "memory_mb": 16}]
)
def test_batches_of_any_size_make_the_same(make, samples, tmp_path, contents, one_by_one, options):
    summary = make(PIPELINE, samples / "images", tmp_path / "out", backend="torch", **options)
    assert (summary.device.backend, summary.complete) == ("torch", True)
    assert contents(tmp_path / "out") == contents(one_by_one)


def test_the_cpu_backend_draws_the_same_and_labels_the_same(make, samples, tmp_path, one_by_one):
    make(PIPELINE, samples / "images", tmp_path / "out", backend="cpu")
    for one, other in zip((tmp_path / "out/manifest.jsonl").open(), (one_by_one / "manifest.jsonl").open(), strict=True):
        mine, theirs = json.loads(one), json.loads(other)
        for measured in ("sha256", "bytes"):
            mine.pop(measured), theirs.pop(measured)
        assert mine == theirs


def test_texts_go_along_and_a_bad_image_costs_one_record(make, samples, tmp_path, contents):
    data = tmp_path / "data"
    data.mkdir()
    (data / "note.txt").write_text("one two three four five six seven")
    (data / "good.jpg").write_bytes((samples / "images/animal/duck.jpg").read_bytes())
    (data / "torn.jpg").write_bytes((samples / "images/animal/duck.jpg").read_bytes()[:9000])
    (data / "void.png").write_bytes(b"")
    text = "copies: 2\nimage: [crop: {size: 16}]\ntext: [random_delete: {rate: 0.3}]"
    summary = make(text, data, tmp_path / "out", backend="torch", batch_size=3)
    assert dict(summary.failed) == {"image.truncated": 2, "file.empty": 2}
    assert summary.made == {"image": 2, "text": 2}
    assert (summary.complete, summary.exit_code) == (True, 1)
    make(text, data, tmp_path / "other", backend="torch", batch_size=1)
    assert contents(tmp_path / "out") == contents(tmp_path / "other")


def test_it_goes_on_where_it_stopped(make, samples, tmp_path, contents, one_by_one):
    class Enough(Exception):
        pass

    seen = []

    def listen(event):
        seen.append(event)
        if len(seen) == 9:
            raise Enough

    with pytest.raises(Enough):
        make(PIPELINE, samples / "images", tmp_path / "out", backend="torch", batch_size=4, listen=listen)
    summary = make(PIPELINE, samples / "images", tmp_path / "out", backend="torch", batch_size=5)
    assert 7 <= summary.done_before < 28
    assert contents(tmp_path / "out") == contents(one_by_one)


def test_the_other_backends_outputs_are_out_of_date(make, samples, tmp_path):
    from augcli.core.values.outcome import UserError

    make(PIPELINE, samples / "images", tmp_path / "out", backend="cpu", limit=2)
    with pytest.raises(UserError, match="4 existing outputs are outdated: 4 because the backend was cpu and is now torch"):
        make(PIPELINE, samples / "images", tmp_path / "out", backend="torch", limit=2)
