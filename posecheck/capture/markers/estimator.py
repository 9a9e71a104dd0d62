"""The estimator that lays printed sheets and phones beside the pose."""

from dataclasses import replace

import numpy as np

from posecheck.capture.adding import AddingEstimator
from posecheck.capture.markers.alignment import Lens
from posecheck.capture.markers.phone.reader import PhoneReader
from posecheck.capture.markers.reader import TagReader
from posecheck.core.frame import Frame
from posecheck.core.pose import Pose, PoseEstimator, PoseTrack
from posecheck.core.worn.phone import no_phone


class TagEstimator(AddingEstimator):
    """A PoseEstimator that also finds the printed sheets, and the markers of phones, and adds them to the pose."""

    def __init__(
        self, estimator: PoseEstimator, lens: Lens | None = None, *, phone: bool = True, back: bool = False
    ) -> None:
        """Wrap an estimator.

        Args:
            estimator: Finds the pose; close also closes it.
            lens: The camera's lens; None assumes a field of view of FOV_DEG.
            phone: Whether a phone is looked for.
            back: Whether phones are also followed backwards, in a recording; see completed.
        """
        super().__init__(estimator)
        self._reader, self._phone = TagReader(lens), PhoneReader(back=back) if phone else None

    def complete(self, frame: Frame, pose: Pose | None) -> Pose | None:
        """Add sheets and phone to a pose; frames must come in the same order as to find.

        Args:
            frame: The picture.
            pose: What find returned for it.
        """
        pose = super().complete(frame, pose)
        tags = self._reader.read(frame.rgb, frame.time_s, pose)
        phone = self._phone
        said = None if phone is None else phone.read(frame.rgb, frame.time_s, pose)
        belt = None if phone is None else phone.belt
        if pose is None:
            return None
        packed, second = (no_phone() if one is None else one.pack() for one in (said, belt))
        return replace(pose, tags=tags, phone=packed, belt_phone=second)

    def completed(self, track: PoseTrack) -> PoseTrack:
        """Return the track of a whole recording with what was read in pictures by following phones backwards."""
        late = [] if self._phone is None else self._phone.take_late()
        if not late:
            return track
        said = {False: track.phone.copy(), True: track.belt_phone.copy()}
        for one in late:
            row = int(np.searchsorted(track.time_s, one.time_s))
            if row < len(track) and track.time_s[row] == one.time_s:
                said[one.belt][row] = one.reading.pack()
        return replace(track, phone=said[False], belt_phone=said[True])
