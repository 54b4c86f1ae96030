import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVideoProbe } from '../../../../core/adapters/ffmpeg/probe-video.ts';
import { createFrameReader } from '../../../../core/adapters/ffmpeg/read-frames.ts';
import { planSegments, UnusableVideoError } from '../../../../core/domain/entities/video.ts';
import { videoTools } from '../../../helpers/video-tools.ts';

const { ffmpeg, ffprobe } = videoTools();
const folder = mkdtempSync(join(tmpdir(), 'segmentry-videos-'));
afterAll(() => rmSync(folder, { recursive: true }));

const video = (name: string) => join(folder, name);
const make = (name: string, ...args: string[]) => {
  execFileSync(ffmpeg, ['-v', 'error', '-y', ...args, video(name)]);
  return video(name);
};
/** Each second has a grey of its own: second n is 20 * n + 20. */
const STEPS = "color=gray:s=64x48:r=10:d=6,format=gray,geq=lum='20*floor(T)+20'";

const probe = createVideoProbe({
  ffprobe,
  limits: { pixels: 33_000_000, durationSeconds: 3600, decodedPixels: 1e12 },
});
const readFrames = createFrameReader({ ffmpeg });

beforeAll(() => {
  make('steps.mp4', '-f', 'lavfi', '-i', STEPS, '-c:v', 'libx264', '-qp', '0', '-pix_fmt', 'yuv420p');
  make('steps.mov', '-i', video('steps.mp4'), '-c', 'copy');
  make('steps.webm', '-f', 'lavfi', '-i', STEPS, '-c:v', 'libvpx', '-b:v', '1M');
  make('sound.mp4', '-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac');
  writeFileSync(video('cut.mp4'), readFileSync(video('steps.mp4')));
  truncateSync(video('cut.mp4'), 1000);
  writeFileSync(video('text.mp4'), 'not a video at all');
  writeFileSync(video('list.mp4'), '#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret.ts\n');
}, 60_000);

describe('a video', () => {
  it.each([
    ['steps.mp4', 'video/mp4'],
    ['steps.mov', 'video/quicktime'],
    ['steps.webm', 'video/webm'],
  ])('%s is known as %s', async (name, contentType) => {
    const facts = await probe(video(name));
    expect(facts).toMatchObject({ width: 64, height: 48, frameRate: 10, contentType });
    expect(facts.durationSeconds).toBeCloseTo(6, 1);
  });
});

describe('refuses', () => {
  it.each([
    ['sound.mp4', 'no_video_stream'],
    ['cut.mp4', 'damaged_video'],
    ['text.mp4', 'damaged_video'],
    ['list.mp4', 'damaged_video'],
  ])('%s: %s', async (name, code) => {
    await expect(probe(video(name))).rejects.toMatchObject({ code });
  });

  it('what is larger or longer than the limits', async () => {
    const probeWithin = (limits: object) =>
      createVideoProbe({
        ffprobe,
        limits: { pixels: 1e9, durationSeconds: 3600, decodedPixels: 1e12, ...limits },
      })(video('steps.mp4'));
    await expect(probeWithin({ pixels: 1000 })).rejects.toMatchObject({ code: 'video_too_large' });
    await expect(probeWithin({ durationSeconds: 5 })).rejects.toMatchObject({ code: 'video_too_long' });
  });

  it('what has more pixels in all its frames than anyone shall decode', async () => {
    const allPixels = 64 * 48 * 10 * 6;
    const probeWithin = (decodedPixels: number) =>
      createVideoProbe({ ffprobe, limits: { pixels: 1e9, durationSeconds: 3600, decodedPixels } })(
        video('steps.mp4'),
      );
    await expect(probeWithin(allPixels - 1000)).rejects.toMatchObject({ code: 'video_too_heavy' });
    expect(await probeWithin(allPixels + 1000)).toMatchObject({ frameRate: 10 });
  });
});

describe('frames', () => {
  const read = async (
    segments: ReturnType<typeof planSegments>,
    framesPerSecond: number,
    name = 'steps.mp4',
  ) => {
    const seen: [number, number][] = [];
    for (const segment of segments) {
      for await (const { timeSeconds, pixels } of readFrames(
        { url: video(name), segment, framesPerSecond },
        { width: 64, height: 48 },
      )) {
        expect(pixels.byteLength).toBe(64 * 48 * 3);
        seen.push([timeSeconds, Math.round(((pixels[0] ?? 0) - 20) / 20)]);
      }
    }
    return seen;
  };

  it('come at the rate asked for, with their times', async () => {
    const seen = await read(planSegments(6, 2, 1000), 2);
    expect(seen.map(([time]) => time)).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5]);
    expect(seen.map(([time, second]) => second === Math.floor(time))).not.toContain(false);
  });

  it('are the same whether a video is read whole or in segments', async () => {
    const whole = await read(planSegments(6, 5, 1000), 5);
    const parts = await read(planSegments(6, 5, 7), 5);
    expect(planSegments(6, 5, 7)).toHaveLength(5);
    expect(parts.map(([time]) => time.toFixed(2))).toEqual(whole.map(([time]) => time.toFixed(2)));
    expect(parts.map(([, second]) => second)).toEqual(whole.map(([, second]) => second));
  });

  it('stop when the reader stops', async () => {
    const [segment] = planSegments(6, 10, 1000);
    if (segment === undefined) throw new Error('no segment');
    for await (const frame of readFrames(
      { url: video('steps.mp4'), segment, framesPerSecond: 10 },
      { width: 64, height: 48 },
    )) {
      expect(frame.timeSeconds).toBe(0);
      break;
    }
  });

  it('of a damaged video end in its error', async () => {
    await expect(read(planSegments(6, 1, 100), 1, 'cut.mp4')).rejects.toThrow(UnusableVideoError);
  });
});
