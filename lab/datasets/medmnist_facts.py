"""What the files of MedMNIST v2 hold: their classes and licences (https://medmnist.com)."""

from __future__ import annotations

ORGANS = (
    "bladder", "left femur", "right femur", "heart", "left kidney", "right kidney",
    "liver", "left lung", "right lung", "pancreas", "spleen",
)  # fmt: skip

CLASS_NAMES = {
    "pathmnist": (
        "adipose", "background", "debris", "lymphocytes", "mucus", "smooth muscle",
        "normal colon mucosa", "cancer-associated stroma",
        "colorectal adenocarcinoma epithelium",
    ),
    "dermamnist": (
        "actinic keratoses and intraepithelial carcinoma", "basal cell carcinoma",
        "benign keratosis-like lesions", "dermatofibroma", "melanoma", "melanocytic nevi",
        "vascular lesions",
    ),
    "octmnist": (
        "choroidal neovascularization", "diabetic macular edema", "drusen", "normal",
    ),
    "pneumoniamnist": ("normal", "pneumonia"),
    "retinamnist": ("grade 0", "grade 1", "grade 2", "grade 3", "grade 4"),
    "breastmnist": ("malignant", "normal or benign"),
    "bloodmnist": (
        "basophil", "eosinophil", "erythroblast", "immature granulocyte", "lymphocyte",
        "monocyte", "neutrophil", "platelet",
    ),
    "tissuemnist": (
        "collecting duct or connecting tubule", "distal convoluted tubule",
        "glomerular endothelial cells", "interstitial endothelial cells", "leukocytes",
        "podocytes", "proximal tubule segments", "thick ascending limb",
    ),
    "organamnist": ORGANS,
    "organcmnist": ORGANS,
    "organsmnist": ORGANS,
}  # fmt: skip
"""The sets whose images have one label each, and what the labels mean, from 0 upwards."""

MULTI_LABEL = ("chestmnist",)
"""Sets whose images may show several findings at once: not a choice among classes."""

VOLUMES = (
    "organmnist3d", "nodulemnist3d", "adrenalmnist3d", "fracturemnist3d", "vesselmnist3d",
    "synapsemnist3d",
)  # fmt: skip
"""Sets of small volumes instead of images."""

SIZES = (28, 64, 128, 224)
"""The sides of the images; the files of all but the first carry the side in their names."""

LICENCE = "CC BY 4.0"
LICENCES = {"dermamnist": "CC BY-NC 4.0"}
