"""The stretches as postures: how each begins, how far it goes, what supports the person and what stands around.

A posture is a set of pose angles (degrees) at the start and at the end; a clip moves between them by an amount from
0 to 1 and adds its own trunk, pelvis and neck angles. To add a stretch, add one entry to `STRETCHES`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from research.synthetic.anatomy.pose import Leg

Legs = dict[str, Leg]


def both(leg: Leg) -> Legs:
    """Return legs that both have these angles."""
    return {"L": leg, "R": leg}


@dataclass(frozen=True)
class Posture:
    """Pose angles in degrees, legs and arm style of one end of a stretch.

    For the legs named in `feet_down` ("L", "R", "LR") the hip flexion is computed so that the foot is on the floor,
    flat
    where the knee is bent, with the seat `hips_lift_m` above it.
    """

    legs: Legs = field(default_factory=lambda: both(Leg(flexion=1.0, abduction=5.5, knee=3.0)))
    arms: str = "down"
    pelvis_pitch: float = 0.0
    pelvis_yaw: float = 0.0
    pelvis_roll: float = 0.0
    trunk_flexion: float = 0.0
    trunk_rotation: float = 0.0
    neck_flexion: float = 0.0
    shoulder_raise: float = 0.0
    shoulder_forward: float = 0.0
    wrist_flexion: float = 0.0
    feet_down: str = ""
    hips_lift_m: float = 0.0


@dataclass(frozen=True)
class Stretch:
    """One stretch.

    Attributes:
        start: The posture at its start.
        end: The posture at its end; None when trunk angles alone make the stretch.
        support: "feet", "seat" or "floor".
        props: What the person uses.
        sides: Whether it has a left and a right.
        extension_share: The part of a backward or forward lean that comes from the spine; the rest is from the pelvis.
        arms: The arm styles that random clips choose from.
        facing_deg: How far the person is turned from X.
        thorax_still: Whether the thorax stays still and the pelvis rotates under it, as in lying.
        target_height: The height that the camera looks at, metres.
        distance_m: The usual distance of the camera.
    """

    start: Posture
    end: Posture | None = None
    support: str = "feet"
    props: tuple[str, ...] = ()
    sides: bool = True
    extension_share: float = 0.75
    arms: tuple[str, ...] = ()
    facing_deg: float = 0.0
    thorax_still: bool = False
    target_height: float = 0.5
    distance_m: float = 3.3


SEATED = both(Leg(flexion=84.0, abduction=9.0, rotation=0.0, knee=86.0))
LONG_SIT = both(Leg(flexion=86.0, abduction=6.0, knee=4.0, ankle=8.0))
CROSSED = {
    "L": Leg(flexion=80.0, abduction=44.0, rotation=82.0, knee=126.0, ankle=-20.0),
    "R": Leg(flexion=74.0, abduction=44.0, rotation=80.0, knee=112.0, ankle=-20.0),
}
ONE_BENT = {
    "L": Leg(flexion=125.0, abduction=4.0, rotation=0.0, knee=112.0),
    "R": Leg(flexion=84.0, abduction=6.0, rotation=6.0, knee=5.0, ankle=6.0),
}
SUPINE = -90.0
HOOK = both(Leg(flexion=52.0, abduction=6.0, knee=96.0, ankle=0.0))
TUCKED = both(Leg(flexion=122.0, abduction=8.0, knee=132.0, ankle=-18.0))
KNEELING = both(Leg(flexion=58.0, abduction=8.0, knee=146.0, ankle=-80.0))
CHILD = both(Leg(flexion=133.0, abduction=13.0, knee=152.0, ankle=-80.0))
ON_BED = both(Leg(flexion=0.0, abduction=6.0, knee=2.0, ankle=-55.0))

TWIST_ARMS = ("crossed", "hips", "raised", "down", "prayer", "opposite-knee", "thighs")

STRETCHES: dict[str, Stretch] = {
    "chair-twist": Stretch(
        Posture(SEATED, "crossed"),
        None,
        "seat",
        ("chair",),
        arms=("crossed", "hips", "thighs", "opposite-knee", "raised", "prayer"),
        target_height=0.62,
        distance_m=2.6,
    ),
    "chair-twist-sideways": Stretch(
        Posture(SEATED, "crossed"),
        None,
        "seat",
        ("chair-side",),
        arms=("crossed", "hips", "leverage"),
        target_height=0.62,
        distance_m=2.6,
    ),
    "chair-twist-leverage": Stretch(
        Posture(SEATED, "thighs"),
        Posture(SEATED, "leverage"),
        "seat",
        ("chair",),
        arms=("leverage",),
        target_height=0.62,
        distance_m=2.6,
    ),
    "seated-twist-cross-legged": Stretch(
        Posture(CROSSED, "thighs", pelvis_pitch=-4.0),
        Posture(CROSSED, "floor-behind", pelvis_pitch=-4.0),
        "floor",
        ("mat",),
        arms=("floor-behind", "opposite-knee", "crossed", "thighs"),
        target_height=0.42,
        distance_m=2.7,
    ),
    "seated-twist-one-leg-bent": Stretch(
        Posture(ONE_BENT, "thighs", pelvis_pitch=-6.0, feet_down="LR"),
        Posture(ONE_BENT, "floor-behind", pelvis_pitch=-6.0, feet_down="LR"),
        "floor",
        ("mat",),
        arms=("floor-behind", "opposite-knee", "crossed"),
        target_height=0.40,
        distance_m=3.1,
    ),
    "supine-twist": Stretch(
        Posture(HOOK, "beside", pelvis_pitch=SUPINE, feet_down="LR"),
        Posture(
            {
                "L": Leg(flexion=3.0, abduction=4.0, knee=4.0, ankle=-20.0),
                "R": Leg(flexion=96.0, abduction=-16.0, knee=92.0),
            },
            "one-shin",
            pelvis_pitch=SUPINE,
            feet_down="L",
        ),
        "floor",
        ("mat",),
        arms=("one-shin", "out", "beside"),
        thorax_still=True,
        target_height=0.2,
        distance_m=3.0,
    ),
    "standing-twist": Stretch(Posture(arms="raised"), arms=TWIST_ARMS[:5]),
    "knees-to-chest": Stretch(
        Posture(HOOK, "beside", pelvis_pitch=SUPINE, feet_down="LR"),
        Posture(TUCKED, "shins", pelvis_pitch=SUPINE - 6.0),
        "floor",
        ("mat",),
        sides=False,
        target_height=0.2,
        distance_m=3.0,
    ),
    "rocking-knees-to-chest": Stretch(
        Posture(TUCKED, "shins", pelvis_pitch=SUPINE - 6.0, trunk_flexion=22.0, neck_flexion=24.0),
        Posture(TUCKED, "shins", pelvis_pitch=SUPINE + 24.0, trunk_flexion=26.0, neck_flexion=26.0),
        "floor",
        ("mat",),
        sides=False,
        target_height=0.2,
        distance_m=3.0,
    ),
    "butterfly": Stretch(
        Posture(arms="wings", wrist_flexion=62.0),
        Posture(arms="wings-closed", wrist_flexion=62.0, shoulder_forward=14.0, trunk_flexion=6.0),
        sides=False,
    ),
    "rounded-back": Stretch(
        Posture(SEATED, "thighs"),
        Posture(SEATED, "ahead", trunk_flexion=34.0, pelvis_pitch=-8.0, neck_flexion=34.0, shoulder_forward=16.0),
        "seat",
        ("chair",),
        sides=False,
        target_height=0.62,
        distance_m=2.6,
    ),
    "standing-extension-hand-press": Stretch(
        Posture(arms="down"), Posture(arms="press-back"), sides=False, arms=("press-back", "hips")
    ),
    "standing-extension-hands-behind-head": Stretch(
        Posture(arms="down"), Posture(arms="behind-head"), sides=False, arms=("behind-head",)
    ),
    "childs-pose": Stretch(
        Posture(KNEELING, "thighs"),
        Posture(CHILD, "floor-ahead", pelvis_pitch=67.0, trunk_flexion=40.0, neck_flexion=4.0, shoulder_raise=14.0),
        "floor",
        ("mat",),
        sides=False,
        target_height=0.3,
        distance_m=3.1,
    ),
    "foam-roller": Stretch(
        Posture(
            both(Leg(flexion=50.0, abduction=8.0, knee=92.0)),
            "behind-head",
            pelvis_pitch=-74.0,
            trunk_flexion=4.0,
            neck_flexion=10.0,
            feet_down="LR",
        ),
        Posture(
            both(Leg(flexion=20.0, abduction=8.0, knee=84.0)),
            "behind-head",
            pelvis_pitch=-90.0,
            trunk_flexion=-8.0,
            neck_flexion=8.0,
            feet_down="LR",
            hips_lift_m=0.10,
        ),
        "floor",
        ("mat", "roller"),
        sides=False,
        target_height=0.25,
        distance_m=3.1,
    ),
    "shoulder-rolls": Stretch(
        Posture(arms="down"), Posture(arms="down", shoulder_raise=22.0, shoulder_forward=6.0), sides=False
    ),
    "prone-arch": Stretch(
        Posture(ON_BED, "press-up", pelvis_pitch=90.0, neck_flexion=-8.0),
        Posture(ON_BED, "press-up", pelvis_pitch=82.0, trunk_flexion=-24.0, neck_flexion=-12.0),
        "floor",
        ("mat",),
        sides=False,
        target_height=0.2,
        distance_m=3.2,
    ),
    "lunge": Stretch(
        Posture(arms="hips"),
        Posture(
            {
                "L": Leg(flexion=72.0, abduction=4.0, knee=84.0, ankle=12.0),
                "R": Leg(flexion=-14.0, abduction=4.0, knee=52.0, ankle=8.0),
            },
            "hips",
            pelvis_pitch=4.0,
        ),
        arms=("hips", "down"),
    ),
    "seated-overhead-reach": Stretch(
        Posture(SEATED, "thighs"),
        Posture(SEATED, "overhead", shoulder_raise=18.0, trunk_flexion=-4.0),
        "seat",
        ("chair",),
        sides=False,
        target_height=0.7,
        distance_m=3.1,
    ),
    "chair-lean-back": Stretch(
        Posture(SEATED, "thighs"),
        Posture(SEATED, "behind-head"),
        "seat",
        ("chair",),
        sides=False,
        extension_share=0.85,
        arms=("behind-head", "crossed"),
        target_height=0.62,
        distance_m=2.6,
    ),
}
