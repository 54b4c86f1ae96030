# The build context is the bundle: the task in one file, its native packages, this Dockerfile. For machines with a GPU by NVIDIA.
ARG NODE_IMAGE=public.ecr.aws/docker/library/node:24-bookworm-slim
ARG CUDA_IMAGE=docker.io/nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04

FROM ${NODE_IMAGE} AS node
WORKDIR /build
COPY node_modules/onnxruntime-node/package.json bundled.json
# npm's package brings no CUDA libraries: its own script gets those of the same version from NuGet.
RUN npm install --no-save --no-audit --no-fund "onnxruntime-node@$(node -p 'require("./bundled.json").version')" --ignore-scripts \
 && node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12

FROM ${CUDA_IMAGE}
COPY --from=node /usr/local/bin/node /usr/local/bin/node
WORKDIR /task
COPY . .
COPY --from=node /build/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_shared.so \
  /build/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so \
  node_modules/onnxruntime-node/bin/napi-v6/linux/x64/
# A CUDA of another version than onnxruntime's would be noticed only when the first task computes on the processor.
# The driver's own library comes with the machine.
RUN missing=$(ldd node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so | grep 'not found' | grep -v libcuda.so.1 || true); \
    if [ -n "$missing" ]; then echo "CUDA_IMAGE has not what onnxruntime needs; give one of its version of CUDA: $missing" >&2; exit 1; fi
# The only place that it writes to: weights. A volume takes over whose the folder is.
RUN mkdir /scratch && chown 65534:65534 /scratch
VOLUME /scratch
# TF32 would shorten numbers to 10 bits on the way: what the processor finds would be found with other confidences and masks.
ENV NVIDIA_TF32_OVERRIDE=0
ENV TMPDIR=/scratch NODE_ENV=production NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
USER 65534:65534
# No shell in between: SIGTERM reaches the task itself.
ENTRYPOINT ["node", "--enable-source-maps", "task.mjs"]
