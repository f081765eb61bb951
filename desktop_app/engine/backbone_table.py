"""Every backbone of Keras 3.15 in few columns; `backbones` makes the rows of it.

Sizes, parameters, files and sums are those of Keras' own sources and networks; a test compares them. The
accuracies are those of Keras' documentation (keras.io/api/applications), the licences those that its
documentation has stated beside the weights.
"""

from typing import Literal, NamedTuple


class Family(NamedTuple):
    """What the networks of one module of `keras.applications` have in common.

    Attributes:
        file: path on the server; takes a network's key and the ending of its name.
        no_top: that ending where the top is left out.
        preprocessing: as `Backbone` has it.
        licence: of the weights; "" where Keras states none.
        summary: what they are good for.
        cached: what Keras calls the file without the top once it has it, where that is another name.
    """

    file: str
    no_top: str
    preprocessing: Literal["caffe", "tf", "torch", "none"]
    licence: str
    summary: str
    cached: str = ""


class Network(NamedTuple):
    """One network; the sums are MD5, or SHA-256 where they are longer, or "" where Keras lists none."""

    name: str
    family: str
    key: str
    size: int
    channels: int
    grid: int
    parameters: int
    full_parameters: int
    top1: float
    base_sum: str
    full_sum: str


_OURS = "tensorflow/keras-applications/"
_KERNELS = "_weights_tf_dim_ordering_tf_kernels{1}.h5"

FAMILIES = {
    "vgg": Family(
        _OURS + "vgg{0}/vgg{0}" + _KERNELS, "_notop", "caffe", "CC BY 4.0",
        "Simple and well understood; slow for its size",
    ),
    "resnet": Family(
        _OURS + "resnet/{0}" + _KERNELS, "_notop", "caffe", "MIT",
        "ResNet50 made deeper: a little stronger, and slower",
    ),
    "resnet_v2": Family(
        _OURS + "resnet/{0}" + _KERNELS, "_notop", "tf", "BSD",
        "ResNet with its normalizations before its convolutions",
    ),
    "inception": Family(
        _OURS + "{0}/{0}" + _KERNELS, "_notop", "tf", "Apache 2.0",
        "Sees larger pictures: good for fine detail",
    ),
    "inception_resnet": Family(
        _OURS + "{0}/{0}" + _KERNELS, "_notop", "tf", "Apache 2.0",
        "Inception with shortcuts: strong on fine detail, and slow",
    ),
    "xception": Family(
        _OURS + "{0}/{0}" + _KERNELS, "_notop", "tf", "MIT",
        "Sees larger pictures, and is strong for its size",
    ),
    "mobilenet": Family(
        _OURS + "mobilenet/{0}_1_0_224_tf{1}.h5", "_no_top", "tf", "Apache 2.0",
        "Small and quick: for modest machines",
    ),
    "mobilenet_v2": Family(
        _OURS + "mobilenet_v2/{0}_weights_tf_dim_ordering_tf_kernels_1.0_224{1}.h5", "_no_top", "tf",
        "Apache 2.0", "Small and quick: for modest machines",
    ),
    "mobilenet_v3": Family(
        _OURS + "mobilenet_v3/weights_mobilenet_v3_{0}_224_1.0_float{1}.h5", "_no_top_v2", "none", "",
        "Among the quickest: for modest machines",
    ),
    "densenet": Family(
        _OURS + "densenet/{0}" + _KERNELS, "_notop", "torch", "BSD 3-Clause",
        "Few parameters for its accuracy: a small download",
    ),
    "nasnet": Family(
        _OURS + "nasnet/NASNet-{0}{1}.h5", "-no-top", "tf", "Apache 2.0",
        "Designed by a search", "nasnet_{0}_no_top.h5",
    ),
    "efficientnet": Family(
        "keras-applications/{0}{1}.h5", "_notop", "none", "",
        "Strong for its size; the higher its number, the larger its pictures",
    ),
    "efficientnet_v2": Family(
        _OURS + "efficientnet_v2/{0}{1}.h5", "_notop", "none", "",
        "Strong for its size, and quicker than EfficientNet",
    ),
    "convnext": Family(
        _OURS + "convnext/{0}{1}.h5", "_notop", "none", "",
        "A convolutional network after the manner of transformers: strong",
    ),
}  # fmt: skip

SUMMARIES = {
    "ResNet50": "The usual first choice: fast and strong",
    "NASNetMobile": "Designed by a search; small",
    "NASNetLarge": "Designed by a search; strong, and among the slowest",
    "ConvNeXtLarge": "Among the strongest of all; very large",
    "ConvNeXtXLarge": "The strongest of all, and the largest",
}

# fmt: off
ROWS = (
    Network("VGG16", "vgg", "16", 224, 512, 7, 14_714_688, 138_357_544, 71.3,
            "6d6bbae143d832006294945121d1f1fc", "64373286793e3c8b2b4e3219cbf3544b"),
    Network("ResNet50", "resnet", "resnet50", 224, 2048, 7, 23_587_712, 25_636_712, 74.9,
            "4d473c1dd8becc155b73f8504c6f6626", "2cb95161c43110f7111970584f804107"),
    Network("InceptionV3", "inception", "inception_v3", 299, 2048, 8, 21_802_784, 23_851_784, 77.9,
            "bcbd6486424b2319ff4ef7d526e38f63", "9a0d58056eeedaa3f26cb7ebd46da564"),
    Network("VGG19", "vgg", "19", 224, 512, 7, 20_024_384, 143_667_240, 71.3,
            "253f8cb515780f3b799900260a226db6", "cbe5617147190e668d6c5d5026f83318"),
    Network("ResNet101", "resnet", "resnet101", 224, 2048, 7, 42_658_176, 44_707_176, 76.4,
            "88cf7a10940856eca736dc7b7e228a21", "f1aeb4b969a6efcfb50fad2f0c20cfc5"),
    Network("ResNet152", "resnet", "resnet152", 224, 2048, 7, 58_370_944, 60_419_944, 76.6,
            "ee4c566cf9a93f14d82f913c2dc6dd0c", "100835be76be38e30d865e96f2aaae62"),
    Network("ResNet50V2", "resnet_v2", "resnet50v2", 224, 2048, 7, 23_564_800, 25_613_800, 76.0,
            "fac2f116257151a9d068a22e544a4917", "3ef43a0b657b3be2300d5770ece849e0"),
    Network("ResNet101V2", "resnet_v2", "resnet101v2", 224, 2048, 7, 42_626_560, 44_675_560, 77.2,
            "c0ed64b8031c3730f411d2eb4eea35b5", "6343647c601c52e1368623803854d971"),
    Network("ResNet152V2", "resnet_v2", "resnet152v2", 224, 2048, 7, 58_331_648, 60_380_648, 78.0,
            "ed17cf2e0169df9d443503ef94b23b33", "a49b44d1979771252814e80f8ec446f9"),
    Network("InceptionResNetV2", "inception_resnet", "inception_resnet_v2",
            299, 1536, 8, 54_336_736, 55_873_736, 80.3,
            "d19885ff4a710c122648d3b5c3b684e4", "e693bd0210a403b3192acc6073ad2e96"),
    Network("Xception", "xception", "xception", 299, 2048, 10, 20_861_480, 22_910_480, 79.0,
            "b0042744bf5b25fce3cb969f33bebb97", "0a58e3b7378bc2990ea3b43d5981f1f6"),
    Network("MobileNet", "mobilenet", "mobilenet", 224, 1024, 7, 3_228_864, 4_253_864, 70.4,
            "", ""),
    Network("MobileNetV2", "mobilenet_v2", "mobilenet_v2", 224, 1280, 7, 2_257_984, 3_538_984, 71.3,
            "", ""),
    Network("MobileNetV3Small", "mobilenet_v3", "small", 224, 576, 7, 939_120, 2_554_968, 68.1,
            "d3e8ec802a04aa4fc771ee12a9a9b836", "8768d4c2e7dee89b9d02b2d03d65d862"),
    Network("MobileNetV3Large", "mobilenet_v3", "large", 224, 960, 7, 2_996_352, 5_507_432, 75.6,
            "07fb09a5933dd0c8eaafa16978110389", "59e551e166be033d707958cf9e29a6a7"),
    Network("DenseNet121", "densenet", "densenet121", 224, 1024, 7, 7_037_504, 8_062_504, 75.0,
            "30ee3e1110167f948a6b9946edeeb738", "9d60b8095a5708f2dcce2bca79d332c7"),
    Network("DenseNet169", "densenet", "densenet169", 224, 1664, 7, 12_642_880, 14_307_880, 76.2,
            "b8c4d4c20dd625c148057b9ff1c1176b", "d699b8f76981ab1b30698df4c175e90b"),
    Network("DenseNet201", "densenet", "densenet201", 224, 1920, 7, 18_321_984, 20_242_984, 77.3,
            "c13680b51ded0fb44dff2d8f86ac8bb1", "1ceb130c1ea1b78c3bf6114dbdfd8807"),
    Network("NASNetMobile", "nasnet", "mobile", 224, 1056, 7, 4_269_716, 5_326_716, 74.4,
            "1ed92395b5b598bdda52abe5c0dbfd63", "020fb642bf7360b370c678b08e0adf61"),
    Network("NASNetLarge", "nasnet", "large", 331, 4032, 11, 84_916_818, 88_949_818, 82.5,
            "d81d89dc07e6e56530c4e77faddd61b5", "11577c9a518f0070763c2b964a382f17"),
    Network("EfficientNetB0", "efficientnet", "efficientnetb0", 224, 1280, 7, 4_049_571, 5_330_571, 77.1,
            "50bc09e76180e00e4465e1a485ddc09d", "902e53a9f72be733fc0bcb005b3ebbac"),
    Network("EfficientNetB1", "efficientnet", "efficientnetb1", 240, 1280, 8, 6_575_239, 7_856_239, 79.1,
            "74c4e6b3e1f6a1eea24c589628592432", "1d254153d4ab51201f1646940f018540"),
    Network("EfficientNetB2", "efficientnet", "efficientnetb2", 260, 1408, 9, 7_768_569, 9_177_569, 80.1,
            "111f8e2ac8aa800a7a99e3239f7bfb39", "b15cce36ff4dcbd00b6dd88e7857a6ad"),
    Network("EfficientNetB3", "efficientnet", "efficientnetb3", 300, 1536, 10, 10_783_535, 12_320_535, 81.6,
            "af6d107764bb5b1abb91932881670226", "ffd1fdc53d0ce67064dc6a9c7960ede0"),
    Network("EfficientNetB4", "efficientnet", "efficientnetb4", 380, 1792, 12, 17_673_823, 19_466_823, 82.9,
            "ebc24e6d6c33eaebbd558eafbeedf1ba", "18c95ad55216b8f92d7e70b3a046e2fc"),
    Network("EfficientNetB5", "efficientnet", "efficientnetb5", 456, 2048, 15, 28_513_527, 30_562_527, 83.6,
            "38879255a25d3c92d5e44e04ae6cec6f", "ace28f2a6363774853a83a0b21b9421a"),
    Network("EfficientNetB6", "efficientnet", "efficientnetb6", 528, 2304, 17, 40_960_143, 43_265_143, 84.0,
            "9ecce42647a20130c1f39a5d4cb75743", "165f6e37dce68623721b423839de8be5"),
    Network("EfficientNetB7", "efficientnet", "efficientnetb7", 600, 2560, 19, 64_097_687, 66_658_687, 84.3,
            "cbcfe4450ddf6f3ad90b1b398090fe4a", "8c03f828fec3ef71311cd463b6759d99"),
    Network("EfficientNetV2B0", "efficientnet_v2", "efficientnetv2-b0",
            224, 1280, 7, 5_919_312, 7_200_312, 78.7,
            "893217f2bb855e2983157299931e43ff", "21ecbf6da12460d5c40bb2f29ceb2188"),
    Network("EfficientNetV2B1", "efficientnet_v2", "efficientnetv2-b1",
            240, 1280, 8, 6_931_124, 8_212_124, 79.8,
            "0e80663031ca32d657f9caa404b6ec37", "069f0534ff22adf035c89e2d9547a9dc"),
    Network("EfficientNetV2B2", "efficientnet_v2", "efficientnetv2-b2",
            260, 1408, 9, 8_769_374, 10_178_374, 80.5,
            "1dfe2e7a5d45b6632553a8961ea609eb", "424e49f28180edbde1e94797771950a7"),
    Network("EfficientNetV2B3", "efficientnet_v2", "efficientnetv2-b3",
            300, 1536, 10, 12_930_622, 14_467_622, 82.0,
            "f6abf7b5849ac99a89b50dd3fd532856", "1f1fc43bd98a6e4fd8fdfd551e02c7a0"),
    Network("EfficientNetV2S", "efficientnet_v2", "efficientnetv2-s",
            384, 1280, 12, 20_331_360, 21_612_360, 83.9,
            "af0682fb74e8c54910f2d4393339c070", "e1d88a8495beba45748fedd0cecbe016"),
    Network("EfficientNetV2M", "efficientnet_v2", "efficientnetv2-m",
            480, 1280, 15, 53_150_388, 54_431_388, 85.3,
            "1b8dc055df72dde80d614482840fe342", "a3bf6aa3276309f4fc6a34aa114c95cd"),
    Network("EfficientNetV2L", "efficientnet_v2", "efficientnetv2-l",
            480, 1280, 15, 117_746_848, 119_027_848, 85.7,
            "b0b66b5c863aef5b46e8608fe1711615", "27e6d408b53c7ebc868fefa357689935"),
    Network("ConvNeXtTiny", "convnext", "convnext_tiny", 224, 768, 7, 27_820_128, 28_589_128, 81.3,
            "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
            "8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff"),
    Network("ConvNeXtSmall", "convnext", "convnext_small", 224, 768, 7, 49_454_688, 50_223_688, 82.3,
            "6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab",
            "ce1277d8f1ee5a0ef0e171469089c18f5233860ceaf9b168049cb9263fd7483c"),
    Network("ConvNeXtBase", "convnext", "convnext_base", 224, 1024, 7, 87_566_464, 88_591_464, 85.3,
            "40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45",
            "52cbb006d3dadd03f6e095a8ca1aca47aecdd75acb4bc74bce1f5c695d0086e6"),
    Network("ConvNeXtLarge", "convnext", "convnext_large", 224, 1536, 7, 196_230_336, 197_767_336, 86.3,
            "96f02b6f0753d4f543261bc9d09bed650f24dd6bc02ddde3066135b63d23a1cd",
            "070c5ed9ed289581e477741d3b34beffa920db8cf590899d6d2c67fba2a198a6"),
    Network("ConvNeXtXLarge", "convnext", "convnext_xlarge", 224, 2048, 7, 348_147_968, 350_196_968, 86.7,
            "de3f8a54174130e0cecdc71583354753d557fcf1f4487331558e2a16ba0cfe05",
            "c1f5ccab661354fc3a79a10fa99af82f0fbf10ec65cb894a3ae0815f17a889ee"),
)
# fmt: on
