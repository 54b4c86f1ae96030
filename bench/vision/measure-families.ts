import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commonObjectsPath, hasCommonObjects, modelCache } from '../../core/composition/common-objects.ts';
import { openBenchModel } from './bench-model.ts';
import { timeInPairs } from './measure.ts';
import { type Photographs, sharedModel } from './photographs.ts';
import type { Measurement } from './report.ts';

const ROUNDS = 20;

/** Graphs that say random numbers whatever they are shown: all that is measured is what lies around the network. */
const spoken = (name: string) =>
  fileURLToPath(new URL(`../../test/fixtures/families/models/${name}.onnx`, import.meta.url));

/** Image bytes → result document, against bare `session.run` of the same session, a line a family. */
export async function measureFamilies({ ordinary }: Photographs): Promise<Measurement[]> {
  const cache = modelCache();
  const networks = {
    'yolov5 (YOLOv5n-face)': sharedModel('yolov5n-face.onnx'),
    'yolov8 (YOLOv8n)': sharedModel('yolov8n_dynamic.onnx'),
    'yolo-end2end (YOLO26n)': sharedModel('yolo26n.onnx'),
    ...(hasCommonObjects(cache) && { 'yolo-end2end (common-objects)': commonObjectsPath(cache) }),
  };
  const graphs = { 'detr (RF-DETR)': 'rfdetr', 'detr (RF-DETR-Seg)': 'rfdetr-seg', 'detr (D-FINE)': 'dfine' };
  const others = {
    'nms (D-FINE, finished)': 'dfine-finished',
    yolox: 'yolox',
    'yolov6 (YOLOX, decoded)': 'yolox-decoded',
  };
  const measurements: Measurement[] = [];
  for (const [name, path] of Object.entries(networks))
    measurements.push(await measure(name, path, ordinary, true));
  for (const [name, graph] of Object.entries({ ...graphs, ...others })) {
    measurements.push(await measure(name, spoken(graph), ordinary, false));
  }
  return measurements;
}

async function measure(
  name: string,
  path: string,
  photographs: readonly string[],
  isNetwork: boolean,
): Promise<Measurement> {
  const model = await openBenchModel(path, 1);
  const images = photographs.map((photograph) => readFileSync(photograph));
  let objects = 0;
  const { ratio, firstMs, secondMs } = await timeInPairs(
    () => model.runBare(),
    async (round) => {
      objects += (await model.analyze(images[round % images.length] as Buffer)).detections.length;
    },
    { rounds: ROUNDS },
  );
  await model.release();
  const detail = `${firstMs.toFixed(1)} → ${secondMs.toFixed(1)} ms; ${(objects / ROUNDS).toFixed(1)} objects an image`;
  return isNetwork
    ? { name: `${name}: document / session.run`, value: ratio, unit: '×', detail }
    : {
        name: `${name}: around the network`,
        value: secondMs - firstMs,
        unit: 'ms',
        detail: `${detail}; a graph of random numbers at 64 x 64 stands for the network`,
      };
}
