"""The blocks of every backbone, as they are known without building it.

`tests/engine/test_block_table.py` compares them with the networks themselves.
"""

from dataclasses import dataclass
from functools import cache

from desktop_app.engine.errors import EngineError


@dataclass(frozen=True)
class BlockRow:
    """One block.

    Attributes:
        name: as in `blocks.Block`.
        parameters: of the block alone.
        share: of the base's parameters, in [0, 1], from this block's start up.
    """

    name: str
    parameters: int
    share: float


@cache
def block_table(backbone: str) -> tuple[BlockRow, ...]:
    """The blocks of a network of `keras.applications`, from bottom to top."""
    entries = [entry.partition(":") for entry in _TABLE[backbone].split()]
    sizes = [int(size) for _, _, size in entries]
    return tuple(
        BlockRow(name, size, sum(sizes[place:]) / sum(sizes))
        for place, ((name, _, _), size) in enumerate(zip(entries, sizes, strict=True))
    )


def require_blocks(backbone: str, count: int) -> None:
    """Refuse a number of last blocks that `backbone` does not have."""
    most = len(block_table(backbone))
    if not 1 <= count <= most:
        raise EngineError(
            f"{backbone} has {most} blocks: {count} cannot be tuned.", f"Choose from 1 to {most}."
        )


_TABLE = {
    "ConvNeXtBase": """
        stem:6528 stage_0_block_0:138496 stage_0_block_1:138496 stage_0_block_2:270080
        stage_1_block_0:539136 stage_1_block_1:539136 stage_1_block_2:1064448 stage_2_block_0:2126848
        stage_2_block_1:2126848 stage_2_block_2:2126848 stage_2_block_3:2126848 stage_2_block_4:2126848
        stage_2_block_5:2126848 stage_2_block_6:2126848 stage_2_block_7:2126848 stage_2_block_8:2126848
        stage_2_block_9:2126848 stage_2_block_10:2126848 stage_2_block_11:2126848 stage_2_block_12:2126848
        stage_2_block_13:2126848 stage_2_block_14:2126848 stage_2_block_15:2126848
        stage_2_block_16:2126848 stage_2_block_17:2126848 stage_2_block_18:2126848
        stage_2_block_19:2126848 stage_2_block_20:2126848 stage_2_block_21:2126848
        stage_2_block_22:2126848 stage_2_block_23:2126848 stage_2_block_24:2126848
        stage_2_block_25:2126848 stage_2_block_26:4226048 stage_3_block_0:8448000 stage_3_block_1:8448000
        stage_3_block_2:8450048
    """,
    "ConvNeXtLarge": """
        stem:9792 stage_0_block_0:306048 stage_0_block_1:306048 stage_0_block_2:601728
        stage_1_block_0:1201920 stage_1_block_1:1201920 stage_1_block_2:2383104 stage_2_block_0:4763136
        stage_2_block_1:4763136 stage_2_block_2:4763136 stage_2_block_3:4763136 stage_2_block_4:4763136
        stage_2_block_5:4763136 stage_2_block_6:4763136 stage_2_block_7:4763136 stage_2_block_8:4763136
        stage_2_block_9:4763136 stage_2_block_10:4763136 stage_2_block_11:4763136 stage_2_block_12:4763136
        stage_2_block_13:4763136 stage_2_block_14:4763136 stage_2_block_15:4763136
        stage_2_block_16:4763136 stage_2_block_17:4763136 stage_2_block_18:4763136
        stage_2_block_19:4763136 stage_2_block_20:4763136 stage_2_block_21:4763136
        stage_2_block_22:4763136 stage_2_block_23:4763136 stage_2_block_24:4763136
        stage_2_block_25:4763136 stage_2_block_26:9484800 stage_3_block_0:18963456
        stage_3_block_1:18963456 stage_3_block_2:18966528
    """,
    "ConvNeXtSmall": """
        stem:4896 stage_0_block_0:79296 stage_0_block_1:79296 stage_0_block_2:153408
        stage_1_block_0:306048 stage_1_block_1:306048 stage_1_block_2:601728 stage_2_block_0:1201920
        stage_2_block_1:1201920 stage_2_block_2:1201920 stage_2_block_3:1201920 stage_2_block_4:1201920
        stage_2_block_5:1201920 stage_2_block_6:1201920 stage_2_block_7:1201920 stage_2_block_8:1201920
        stage_2_block_9:1201920 stage_2_block_10:1201920 stage_2_block_11:1201920 stage_2_block_12:1201920
        stage_2_block_13:1201920 stage_2_block_14:1201920 stage_2_block_15:1201920
        stage_2_block_16:1201920 stage_2_block_17:1201920 stage_2_block_18:1201920
        stage_2_block_19:1201920 stage_2_block_20:1201920 stage_2_block_21:1201920
        stage_2_block_22:1201920 stage_2_block_23:1201920 stage_2_block_24:1201920
        stage_2_block_25:1201920 stage_2_block_26:2383104 stage_3_block_0:4763136 stage_3_block_1:4763136
        stage_3_block_2:4764672
    """,
    "ConvNeXtTiny": """
        stem:4896 stage_0_block_0:79296 stage_0_block_1:79296 stage_0_block_2:153408
        stage_1_block_0:306048 stage_1_block_1:306048 stage_1_block_2:601728 stage_2_block_0:1201920
        stage_2_block_1:1201920 stage_2_block_2:1201920 stage_2_block_3:1201920 stage_2_block_4:1201920
        stage_2_block_5:1201920 stage_2_block_6:1201920 stage_2_block_7:1201920 stage_2_block_8:2383104
        stage_3_block_0:4763136 stage_3_block_1:4763136 stage_3_block_2:4764672
    """,
    "ConvNeXtXLarge": """
        stem:13056 stage_0_block_0:539136 stage_0_block_1:539136 stage_0_block_2:1064448
        stage_1_block_0:2126848 stage_1_block_1:2126848 stage_1_block_2:4226048 stage_2_block_0:8448000
        stage_2_block_1:8448000 stage_2_block_2:8448000 stage_2_block_3:8448000 stage_2_block_4:8448000
        stage_2_block_5:8448000 stage_2_block_6:8448000 stage_2_block_7:8448000 stage_2_block_8:8448000
        stage_2_block_9:8448000 stage_2_block_10:8448000 stage_2_block_11:8448000 stage_2_block_12:8448000
        stage_2_block_13:8448000 stage_2_block_14:8448000 stage_2_block_15:8448000
        stage_2_block_16:8448000 stage_2_block_17:8448000 stage_2_block_18:8448000
        stage_2_block_19:8448000 stage_2_block_20:8448000 stage_2_block_21:8448000
        stage_2_block_22:8448000 stage_2_block_23:8448000 stage_2_block_24:8448000
        stage_2_block_25:8448000 stage_2_block_26:16840704 stage_3_block_0:33673216
        stage_3_block_1:33673216 stage_3_block_2:33677312
    """,
    "DenseNet121": """
        stem:9664 conv2:372096 conv3:1063168 conv4:3402240 conv5:2190336
    """,
    "DenseNet169": """
        stem:9664 conv2:372096 conv3:1063168 conv4:5196800 conv5:6001152
    """,
    "DenseNet201": """
        stem:9664 conv2:372096 conv3:1063168 conv4:9793536 conv5:7083520
    """,
    "EfficientNetB0": """
        stem:999 block1a:1544 block2a:6436 block2b:11334 block3a:16006 block3b:32330 block4a:38250
        block4b:104980 block4c:104980 block5a:128148 block5b:211484 block5c:211484 block6a:265564
        block6b:592944 block6c:592944 block6d:592944 block7a:1137200
    """,
    "EfficientNetB1": """
        stem:999 block1a:1544 block1b:676 block2a:6436 block2b:11334 block2c:11334 block3a:16006
        block3b:32330 block3c:32330 block4a:38250 block4b:104980 block4c:104980 block4d:104980
        block5a:128148 block5b:211484 block5c:211484 block5d:211484 block6a:265564 block6b:592944
        block6c:592944 block6d:592944 block6e:592944 block7a:722480 block7b:1986640
    """,
    "EfficientNetB2": """
        stem:999 block1a:1544 block1b:676 block2a:6436 block2b:11334 block2c:11334 block3a:17190
        block3b:44556 block3c:44556 block4a:51628 block4b:126038 block4c:126038 block4d:126038
        block5a:151510 block5b:240990 block5c:240990 block5d:240990 block6a:304702 block6b:692276
        block6c:692276 block6d:692276 block6e:692276 block7a:852596 block7b:2399320
    """,
    "EfficientNetB3": """
        stem:1247 block1a:2426 block1b:1302 block2a:12518 block2b:18952 block2c:18952 block3a:25160
        block3b:44556 block3c:44556 block4a:53964 block4b:149016 block4c:149016 block4d:149016
        block4e:149016 block5a:181432 block5b:305762 block5c:305762 block5d:305762 block5e:305762
        block6a:384482 block6b:855674 block6c:855674 block6d:855674 block6e:855674 block6f:855674
        block7a:1045594 block7b:2850912
    """,
    "EfficientNetB4": """
        stem:1495 block1a:3084 block1b:1302 block2a:12518 block2b:18952 block2c:18952 block2d:18952
        block3a:26728 block3b:58702 block3c:58702 block3d:58702 block4a:72366 block4b:200732
        block4c:200732 block4d:200732 block4e:200732 block4f:200732 block5a:243932 block5b:417320
        block5c:417320 block5d:417320 block5e:417320 block5f:417320 block6a:525288 block6b:1166404
        block6c:1166404 block6d:1166404 block6e:1166404 block6f:1166404 block6g:1166404 block6h:1166404
        block7a:1428228 block7b:3870832
    """,
    "EfficientNetB5": """
        stem:1495 block1a:3084 block1b:1302 block1c:1302 block2a:13702 block2b:28490 block2c:28490
        block2d:28490 block2e:28490 block3a:38186 block3b:74768 block3c:74768 block3d:74768 block3e:74768
        block4a:93456 block4b:260128 block4c:260128 block4d:260128 block4e:260128 block4f:260128
        block4g:260128 block5a:309472 block5b:501292 block5c:501292 block5d:501292 block5e:501292
        block5f:501292 block5g:501292 block6a:636972 block6b:1449548 block6c:1449548 block6d:1449548
        block6e:1449548 block6f:1449548 block6g:1449548 block6h:1449548 block6i:1449548 block7a:1800588
        block7b:3989632 block7c:5046400
    """,
    "EfficientNetB6": """
        stem:1743 block1a:4286 block1b:2120 block1c:2120 block2a:20520 block2b:28490 block2c:28490
        block2d:28490 block2e:28490 block2f:28490 block3a:40138 block3b:92754 block3c:92754 block3d:92754
        block3e:92754 block3f:92754 block4a:117234 block4b:327204 block4c:327204 block4d:327204
        block4e:327204 block4f:327204 block4g:327204 block4h:327204 block5a:389636 block5b:641650
        block5c:641650 block5d:641650 block5e:641650 block5f:641650 block5g:641650 block5h:641650
        block6a:815026 block6b:1846678 block6c:1846678 block6d:1846678 block6e:1846678 block6f:1846678
        block6g:1846678 block6h:1846678 block6i:1846678 block6j:1846678 block6k:1846678 block7a:2293430
        block7b:5041296 block7c:6377616
    """,
    "EfficientNetB7": """
        stem:1991 block1a:5136 block1b:2120 block1c:2120 block1d:2120 block2a:22088 block2b:39948
        block2c:39948 block2d:39948 block2e:39948 block2f:39948 block2g:39948 block3a:53900 block3b:112660
        block3c:112660 block3d:112660 block3e:112660 block3f:112660 block3g:112660 block4a:143700
        block4b:401960 block4c:401960 block4d:401960 block4e:401960 block4f:401960 block4g:401960
        block4h:401960 block4i:401960 block4j:401960 block5a:479016 block5b:799288 block5c:799288
        block5d:799288 block5e:799288 block5f:799288 block5g:799288 block5h:799288 block5i:799288
        block5j:799288 block6a:1014968 block6b:2291808 block6c:2291808 block6d:2291808 block6e:2291808
        block6f:2291808 block6g:2291808 block6h:2291808 block6i:2291808 block6j:2291808 block6k:2291808
        block6l:2291808 block6m:2291808 block7a:2845792 block7b:6215840 block7c:6215840 block7d:7864480
    """,
    "EfficientNetV2B0": """
        stem:992 block1a:4672 block2a:11648 block2b:41600 block3a:43712 block3b:93120 block4a:36108
        block4b:99480 block4c:99480 block5a:158296 block5b:200732 block5c:200732 block5d:200732
        block5e:200732 block6a:254812 block6b:574512 block6c:574512 block6d:574512 block6e:574512
        block6f:574512 block6g:574512 block6h:825392
    """,
    "EfficientNetV2B1": """
        stem:992 block1a:4672 block1b:2368 block2a:11648 block2b:41600 block2c:41600 block3a:43712
        block3b:93120 block3c:93120 block4a:36108 block4b:99480 block4c:99480 block4d:99480 block5a:158296
        block5b:200732 block5c:200732 block5d:200732 block5e:200732 block5f:200732 block6a:254812
        block6b:574512 block6c:574512 block6d:574512 block6e:574512 block6f:574512 block6g:574512
        block6h:574512 block6i:825392
    """,
    "EfficientNetV2B2": """
        stem:992 block1a:4672 block1b:2368 block2a:11648 block2b:41600 block2c:41600 block3a:44768
        block3b:126560 block3c:126560 block4a:46574 block4b:116090 block4c:116090 block4d:116090
        block5a:183962 block5b:229470 block5c:229470 block5d:229470 block5e:229470 block5f:229470
        block6a:293182 block6b:672308 block6c:672308 block6d:672308 block6e:672308 block6f:672308
        block6g:672308 block6h:672308 block6i:672308 block6j:970804
    """,
    "EfficientNetV2B3": """
        stem:1240 block1a:5824 block1b:2368 block2a:12192 block2b:64800 block2c:64800 block3a:67424
        block3b:126560 block3c:126560 block4a:48398 block4b:133980 block4c:133980 block4d:133980
        block4e:133980 block5a:216956 block5b:292706 block5c:292706 block5d:292706 block5e:292706
        block5f:292706 block5g:292706 block6a:371426 block6b:833402 block6c:833402 block6d:833402
        block6e:833402 block6f:833402 block6g:833402 block6h:833402 block6i:833402 block6j:833402
        block6k:833402 block6l:1195898
    """,
    "EfficientNetV2L": """
        stem:992 block1a:9344 block1b:9344 block1c:9344 block1d:9344 block2a:45824 block2b:165120
        block2c:165120 block2d:165120 block2e:165120 block2f:165120 block2g:165120 block3a:173440
        block3b:370560 block3c:370560 block3d:370560 block3e:370560 block3f:370560 block3g:370560
        block4a:136728 block4b:383280 block4c:383280 block4d:383280 block4e:383280 block4f:383280
        block4g:383280 block4h:383280 block4i:383280 block4j:383280 block5a:611504 block5b:777784
        block5c:777784 block5d:777784 block5e:777784 block5f:777784 block5g:777784 block5h:777784
        block5i:777784 block5j:777784 block5k:777784 block5l:777784 block5m:777784 block5n:777784
        block5o:777784 block5p:777784 block5q:777784 block5r:777784 block5s:777784 block6a:993464
        block6b:2254944 block6c:2254944 block6d:2254944 block6e:2254944 block6f:2254944 block6g:2254944
        block6h:2254944 block6i:2254944 block6j:2254944 block6k:2254944 block6l:2254944 block6m:2254944
        block6n:2254944 block6o:2254944 block6p:2254944 block6q:2254944 block6r:2254944 block6s:2254944
        block6t:2254944 block6u:2254944 block6v:2254944 block6w:2254944 block6x:2254944 block6y:2254944
        block7a:2845792 block7b:6215840 block7c:6215840 block7d:6215840 block7e:6215840 block7f:6215840
        block7g:7040160
    """,
    "EfficientNetV2M": """
        stem:744 block1a:5280 block1b:5280 block1c:5280 block2a:25920 block2b:93120 block2c:93120
        block2d:93120 block2e:93120 block3a:99392 block3b:257600 block3c:257600 block3d:257600
        block3e:257600 block4a:96020 block4b:268200 block4c:268200 block4d:268200 block4e:268200
        block4f:268200 block4g:268200 block5a:417384 block5b:484396 block5c:484396 block5d:484396
        block5e:484396 block5f:484396 block5g:484396 block5h:484396 block5i:484396 block5j:484396
        block5k:484396 block5l:484396 block5m:484396 block5n:484396 block6a:620076 block6b:1420364
        block6c:1420364 block6d:1420364 block6e:1420364 block6f:1420364 block6g:1420364 block6h:1420364
        block6i:1420364 block6j:1420364 block6k:1420364 block6l:1420364 block6m:1420364 block6n:1420364
        block6o:1420364 block6p:1420364 block6q:1420364 block6r:1420364 block7a:1800588 block7b:3989632
        block7c:3989632 block7d:3989632 block7e:4650112
    """,
    "EfficientNetV2S": """
        stem:744 block1a:5280 block1b:5280 block2a:25920 block2b:93120 block2c:93120 block2d:93120
        block3a:96256 block3b:165120 block3c:165120 block3d:165120 block4a:62480 block4b:173600
        block4c:173600 block4d:173600 block4e:173600 block4f:173600 block5a:284832 block5b:401960
        block5c:401960 block5d:401960 block5e:401960 block5f:401960 block5g:401960 block5h:401960
        block5i:401960 block6a:494504 block6b:1011776 block6c:1011776 block6d:1011776 block6e:1011776
        block6f:1011776 block6g:1011776 block6h:1011776 block6i:1011776 block6j:1011776 block6k:1011776
        block6l:1011776 block6m:1011776 block6n:1011776 block6o:1344576
    """,
    "InceptionResNetV2": """
        stem:173072 mixed_5b:268848 block35_1:123408 block35_2:123408 block35_3:123408 block35_4:123408
        block35_5:123408 block35_6:123408 block35_7:123408 block35_8:123408 block35_9:123408
        block35_10:123408 mixed_6a:2666240 block17_1:1127456 block17_2:1127456 block17_3:1127456
        block17_4:1127456 block17_5:1127456 block17_6:1127456 block17_7:1127456 block17_8:1127456
        block17_9:1127456 block17_10:1127456 block17_11:1127456 block17_12:1127456 block17_13:1127456
        block17_14:1127456 block17_15:1127456 block17_16:1127456 block17_17:1127456 block17_18:1127456
        block17_19:1127456 block17_20:1127456 mixed_7a:3883008 block8_1:2036288 block8_2:2036288
        block8_3:2036288 block8_4:2036288 block8_5:2036288 block8_6:2036288 block8_7:2036288
        block8_8:2036288 block8_9:2036288 block8_10:5235776
    """,
    "InceptionV3": """
        stem:173072 mixed0:256368 mixed1:277968 mixed2:285648 mixed3:1153920 mixed4:1298944 mixed5:1692736
        mixed6:1692736 mixed7:2143872 mixed8:1699584 mixed9:5047872 mixed10:6080064
    """,
    "MobileNet": """
        stem:992 conv_1:2720 conv_2:9536 conv_3:18560 conv_4:35456 conv_5:69888 conv_6:136448
        conv_7:270848 conv_8:270848 conv_9:270848 conv_10:270848 conv_11:270848 conv_12:535040
        conv_13:1065984
    """,
    "MobileNetV2": """
        stem:992 expanded_conv:992 block_1:5568 block_2:9456 block_3:10640 block_4:15680 block_5:15680
        block_6:21952 block_7:55936 block_8:55936 block_9:55936 block_10:68352 block_11:120768
        block_12:120768 block_13:157888 block_14:324160 block_15:324160 block_16:893120
    """,
    "MobileNetV3Large": """
        stem:496 expanded_conv:528 expanded_conv_1:3744 expanded_conv_2:4776 expanded_conv_3:10696
        expanded_conv_4:21552 expanded_conv_5:21552 expanded_conv_6:33200 expanded_conv_7:35720
        expanded_conv_8:32888 expanded_conv_9:32888 expanded_conv_10:216568 expanded_conv_11:389032
        expanded_conv_12:432232 expanded_conv_13:801520 expanded_conv_14:958960
    """,
    "MobileNetV3Small": """
        stem:496 expanded_conv:808 expanded_conv_1:4200 expanded_conv_2:5816 expanded_conv_3:14200
        expanded_conv_4:58304 expanded_conv_5:58304 expanded_conv_6:22544 expanded_conv_7:30472
        expanded_conv_8:93192 expanded_conv_9:296592 expanded_conv_10:354192
    """,
    "NASNetLarge": """
        stem:2976 cells:84913842
    """,
    "NASNetMobile": """
        stem:992 cells:4268724
    """,
    "ResNet101": """
        stem:9728 conv2_block1:76928 conv2_block2:71552 conv2_block3:71552 conv3_block1:383232
        conv3_block2:282368 conv3_block3:282368 conv3_block4:282368 conv4_block1:1520128
        conv4_block2:1121792 conv4_block3:1121792 conv4_block4:1121792 conv4_block5:1121792
        conv4_block6:1121792 conv4_block7:1121792 conv4_block8:1121792 conv4_block9:1121792
        conv4_block10:1121792 conv4_block11:1121792 conv4_block12:1121792 conv4_block13:1121792
        conv4_block14:1121792 conv4_block15:1121792 conv4_block16:1121792 conv4_block17:1121792
        conv4_block18:1121792 conv4_block19:1121792 conv4_block20:1121792 conv4_block21:1121792
        conv4_block22:1121792 conv4_block23:1121792 conv5_block1:6054912 conv5_block2:4471808
        conv5_block3:4471808
    """,
    "ResNet101V2": """
        stem:9472 conv2_block1:75008 conv2_block2:71424 conv2_block3:71424 conv3_block1:379904
        conv3_block2:282112 conv3_block3:282112 conv3_block4:282112 conv4_block1:1513472
        conv4_block2:1121280 conv4_block3:1121280 conv4_block4:1121280 conv4_block5:1121280
        conv4_block6:1121280 conv4_block7:1121280 conv4_block8:1121280 conv4_block9:1121280
        conv4_block10:1121280 conv4_block11:1121280 conv4_block12:1121280 conv4_block13:1121280
        conv4_block14:1121280 conv4_block15:1121280 conv4_block16:1121280 conv4_block17:1121280
        conv4_block18:1121280 conv4_block19:1121280 conv4_block20:1121280 conv4_block21:1121280
        conv4_block22:1121280 conv4_block23:1121280 conv5_block1:6041600 conv5_block2:4470784
        conv5_block3:4478976
    """,
    "ResNet152": """
        stem:9728 conv2_block1:76928 conv2_block2:71552 conv2_block3:71552 conv3_block1:383232
        conv3_block2:282368 conv3_block3:282368 conv3_block4:282368 conv3_block5:282368
        conv3_block6:282368 conv3_block7:282368 conv3_block8:282368 conv4_block1:1520128
        conv4_block2:1121792 conv4_block3:1121792 conv4_block4:1121792 conv4_block5:1121792
        conv4_block6:1121792 conv4_block7:1121792 conv4_block8:1121792 conv4_block9:1121792
        conv4_block10:1121792 conv4_block11:1121792 conv4_block12:1121792 conv4_block13:1121792
        conv4_block14:1121792 conv4_block15:1121792 conv4_block16:1121792 conv4_block17:1121792
        conv4_block18:1121792 conv4_block19:1121792 conv4_block20:1121792 conv4_block21:1121792
        conv4_block22:1121792 conv4_block23:1121792 conv4_block24:1121792 conv4_block25:1121792
        conv4_block26:1121792 conv4_block27:1121792 conv4_block28:1121792 conv4_block29:1121792
        conv4_block30:1121792 conv4_block31:1121792 conv4_block32:1121792 conv4_block33:1121792
        conv4_block34:1121792 conv4_block35:1121792 conv4_block36:1121792 conv5_block1:6054912
        conv5_block2:4471808 conv5_block3:4471808
    """,
    "ResNet152V2": """
        stem:9472 conv2_block1:75008 conv2_block2:71424 conv2_block3:71424 conv3_block1:379904
        conv3_block2:282112 conv3_block3:282112 conv3_block4:282112 conv3_block5:282112
        conv3_block6:282112 conv3_block7:282112 conv3_block8:282112 conv4_block1:1513472
        conv4_block2:1121280 conv4_block3:1121280 conv4_block4:1121280 conv4_block5:1121280
        conv4_block6:1121280 conv4_block7:1121280 conv4_block8:1121280 conv4_block9:1121280
        conv4_block10:1121280 conv4_block11:1121280 conv4_block12:1121280 conv4_block13:1121280
        conv4_block14:1121280 conv4_block15:1121280 conv4_block16:1121280 conv4_block17:1121280
        conv4_block18:1121280 conv4_block19:1121280 conv4_block20:1121280 conv4_block21:1121280
        conv4_block22:1121280 conv4_block23:1121280 conv4_block24:1121280 conv4_block25:1121280
        conv4_block26:1121280 conv4_block27:1121280 conv4_block28:1121280 conv4_block29:1121280
        conv4_block30:1121280 conv4_block31:1121280 conv4_block32:1121280 conv4_block33:1121280
        conv4_block34:1121280 conv4_block35:1121280 conv4_block36:1121280 conv5_block1:6041600
        conv5_block2:4470784 conv5_block3:4478976
    """,
    "ResNet50": """
        stem:9728 conv2_block1:76928 conv2_block2:71552 conv2_block3:71552 conv3_block1:383232
        conv3_block2:282368 conv3_block3:282368 conv3_block4:282368 conv4_block1:1520128
        conv4_block2:1121792 conv4_block3:1121792 conv4_block4:1121792 conv4_block5:1121792
        conv4_block6:1121792 conv5_block1:6054912 conv5_block2:4471808 conv5_block3:4471808
    """,
    "ResNet50V2": """
        stem:9472 conv2_block1:75008 conv2_block2:71424 conv2_block3:71424 conv3_block1:379904
        conv3_block2:282112 conv3_block3:282112 conv3_block4:282112 conv4_block1:1513472
        conv4_block2:1121280 conv4_block3:1121280 conv4_block4:1121280 conv4_block5:1121280
        conv4_block6:1121280 conv5_block1:6041600 conv5_block2:4470784 conv5_block3:4478976
    """,
    "VGG16": """
        block1:38720 block2:221440 block3:1475328 block4:5899776 block5:7079424
    """,
    "VGG19": """
        block1:38720 block2:221440 block3:2065408 block4:8259584 block5:9439232
    """,
    "Xception": """
        block1:19680 block2:36032 block3:137600 block4:920312 block5:1618344 block6:1618344 block7:1618344
        block8:1618344 block9:1618344 block10:1618344 block11:1618344 block12:1618344 block13:2045136
        block14:4755968
    """,
}
