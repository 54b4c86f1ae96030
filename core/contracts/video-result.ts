import * as z from 'zod';
import { ClassSummary, ResultDocument } from './result-document.ts';

const AnalyzedVideo = ResultDocument.shape.image;

/** What one model found in one frame: a line of what `frames.url` gives. */
export const FrameDocument = ResultDocument.omit({ image: true }).extend({
  /** From the beginning of the video. */
  timeSeconds: z.number().nonnegative(),
  video: AnalyzedVideo,
});
export type FrameDocument = z.infer<typeof FrameDocument>;

/** What one model found in one video. */
export const VideoResultDocument = z
  .object({
    video: AnalyzedVideo.extend({ durationSeconds: z.number().positive() }),
    model: ResultDocument.shape.model,
    options: ResultDocument.shape.options,
    framesPerSecond: z.number().positive(),
    frames: z.object({
      count: z.int().positive(),
      url: z.string().describe('Of all frames, as JSON lines'),
    }),
    timeline: z
      .array(
        z.object({
          class: z.string(),
          maxCount: z.int().positive(),
          ranges: z.array(z.tuple([z.number(), z.number()])),
        }),
      )
      .describe('When each class is to be seen, in seconds: every analysed frame of a stretch shows it'),
    summary: z.array(ClassSummary).describe('Of each class, what the frame shows that shows most of it'),
  })
  .meta({ id: 'VideoResult' });
export type VideoResultDocument = z.infer<typeof VideoResultDocument>;
