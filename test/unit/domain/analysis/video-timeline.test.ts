import { expect, it } from 'vitest';
import { composeTimeline } from '../../../../core/domain/analysis/video-timeline.ts';
import { planSegments } from '../../../../core/domain/entities/video.ts';

const frame = (timeSeconds: number, counts: Record<string, number> = {}) => ({ timeSeconds, counts });

it('joins frames that follow each other, and parts where a frame shows none', () => {
  const frames = [
    frame(0, { car: 1 }),
    frame(1, { car: 3, dog: 1 }),
    frame(2),
    frame(3, { car: 2 }),
    frame(4, { car: 1 }),
  ];
  expect(composeTimeline(frames)).toEqual([
    {
      class: 'car',
      maxCount: 3,
      ranges: [
        [0, 1],
        [3, 4],
      ],
    },
    { class: 'dog', maxCount: 1, ranges: [[1, 1]] },
  ]);
});

it('has nothing to say of a video that shows nothing', () => {
  expect(composeTimeline([frame(0), frame(1)])).toEqual([]);
});

it('cuts a video so that the segments hold all its frames once', () => {
  expect(planSegments(10, 1, 4)).toEqual([
    { index: 0, startSeconds: 0, endSeconds: 4 },
    { index: 1, startSeconds: 4, endSeconds: 8 },
    { index: 2, startSeconds: 8, endSeconds: 10 },
  ]);
  expect(planSegments(0.1, 1, 4)).toEqual([{ index: 0, startSeconds: 0, endSeconds: 1 }]);
});
