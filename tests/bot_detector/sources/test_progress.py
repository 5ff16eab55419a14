import json

from bot_detector.sources.formats import read_batches


def test_progress_follows_the_rows_and_ends_at_the_files_end(tmp_path):
    path = tmp_path / "accounts.jsonl"
    row = {"platform": "x", "handle": "invented", "followers": 1, "friends": 2}
    path.write_text("\n".join(json.dumps({**row, "account_id": f"{n:06}"}) for n in range(10_000)))
    seen = [(batch.bytes_read, batch.bytes_total) for batch in read_batches(path, batch_rows=1_000)]
    size = path.stat().st_size
    assert len(seen) == 10
    for number, (done, total) in enumerate(seen, start=1):
        assert total == size
        assert abs(done - size * number / 10) < size * 0.01
