"""The peer: transfer learning as Keras' own guide writes it, the frozen base in the training loop.

    python tests/bench/peer_guide.py BACKBONE TRAIN VAL [EPOCHS]

Random weights: the work is the same.
"""

import sys

import keras

SIZES = {"VGG16": 224, "ResNet50": 224, "InceptionV3": 299}
MODULES = {"VGG16": "vgg16", "ResNet50": "resnet", "InceptionV3": "inception_v3"}

name, train, val = sys.argv[1:4]
epochs = int(sys.argv[4]) if len(sys.argv) > 4 else 10
size = SIZES[name]
train_ds, val_ds = (
    keras.utils.image_dataset_from_directory(folder, image_size=(size, size), batch_size=32).prefetch(2)
    for folder in (train, val)
)
base = getattr(keras.applications, name)(include_top=False, weights=None, input_shape=(size, size, 3))
base.trainable = False
inputs = keras.Input((size, size, 3))
x = getattr(keras.applications, MODULES[name]).preprocess_input(inputs)
x = base(x, training=False)
x = keras.layers.GlobalAveragePooling2D()(x)
x = keras.layers.Dense(256, activation="relu")(x)
x = keras.layers.Dropout(0.2)(x)
model = keras.Model(inputs, keras.layers.Dense(2)(x))
model.compile(
    optimizer=keras.optimizers.Adam(),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
model.fit(train_ds, epochs=epochs, validation_data=val_ds, verbose=2)
