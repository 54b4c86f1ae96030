import { expect, it } from 'vitest';
import { nameModels } from '../../../localstack/models/model-name.ts';

it('models are named by their files', () => {
  expect(nameModels(['runs/train/YOLOv8n Seg.onnx', 'best.onnx'], ['segmentry-food'])).toEqual([
    { path: 'runs/train/YOLOv8n Seg.onnx', id: 'yolov8n-seg', version: '1' },
    { path: 'best.onnx', id: 'best', version: '1' },
  ]);
});

it.each([
  [
    ['runs/1/best.onnx', 'runs/2/Best.onnx'],
    'runs/2/Best.onnx would be the model best, as runs/1/best.onnx is.',
  ],
  [['mine/segmentry-food.onnx'], 'would be the model segmentry-food, as one that is there already is.'],
])('%o are refused: one would silently take the place of the other', (paths, words) => {
  expect(() => nameModels(paths, ['segmentry-food'])).toThrow(words);
});
