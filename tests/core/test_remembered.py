from posecheck.core.remembered import Remembered


def test_each_object_is_worked_on_once_and_told_apart_from_its_equals() -> None:
    asked: list[int] = []

    def work(of: list[int]) -> int:
        asked.append(id(of))
        return sum(of)

    known = Remembered(work)
    one, other = [1, 2], [1, 2]
    assert [known(one), known(other), known(one)] == [3, 3, 3]
    assert asked == [id(one), id(other)]


def test_no_more_than_so_many_are_kept() -> None:
    def copied(of: list[int]) -> list[int]:
        return [*of]

    known = Remembered(copied, most=2)
    kept = [1]
    first = known(kept)
    for i in range(5):
        known([i])
    assert known(kept) == first
    assert known(kept) is not first
