import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVideoProbe } from '../../../../core/adapters/ffmpeg/probe-video.ts';
import { createFrameReader } from '../../../../core/adapters/ffmpeg/read-frames.ts';
import { planPass, planSegments } from '../../../../core/domain/entities/video.ts';
import { allVideoTools } from '../../../helpers/video-tools.ts';

/** A file with another number of 32 bits where a header says something. */
function withNumber(file: Buffer, header: Buffer, offset: number, value: number): Buffer {
  const place = file.indexOf(header);
  expect(place).toBeGreaterThan(0);
  const changed = Buffer.from(file);
  changed.writeUInt32BE(value, place + offset);
  return changed;
}

/** A WebM whose header says another duration of a frame than its frames have. */
const sayingFramesOf = (milliseconds: number, webm: Buffer) =>
  withNumber(webm, Buffer.from([0x23, 0xe3, 0x83, 0x84]), 4, milliseconds * 1_000_000);

/** An MP4 whose first frame is said to last so long, though the second comes when it did. */
const sayingFirstFrameOf = (milliseconds: number, mp4: Buffer) =>
  withNumber(mp4, Buffer.from('stts'), 16, milliseconds);

describe.each(Object.entries(allVideoTools()))('%s', (_name, { ffmpeg, ffprobe }) => {
  const folder = mkdtempSync(join(tmpdir(), 'segmentry-odd-videos-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const video = (name: string) => join(folder, name);
  const make = (name: string, ...args: string[]) =>
    execFileSync(ffmpeg, ['-v', 'error', '-y', ...args, video(name)]);
  /** Each second has a grey of its own: second n is 20 * n + 20. */
  const STEPS = ['-f', 'lavfi', '-i', "color=gray:s=64x48:r=10:d=6,format=gray,geq=lum='20*floor(T)+20'"];
  const H264 = ['-c:v', 'libx264', '-qp', '0', '-pix_fmt', 'yuv420p'];

  beforeAll(() => {
    make('steps.mp4', ...STEPS, ...H264, '-movflags', 'faststart');
    // As a browser's recorder writes: to a stream, whose header can't be mended at the end.
    const stream = execFileSync(ffmpeg, [
      ...['-v', 'error', ...STEPS, '-c:v', 'libvpx', '-b:v', '1M', '-f', 'webm', '-live', '1', 'pipe:1'],
    ]);
    writeFileSync(video('live.webm'), stream);
    make('sparse.mp4', ...STEPS, '-vf', "select='not(mod(n,20))'", '-vsync', 'vfr', ...H264);
    make(
      'long-sound.mp4',
      '-i',
      video('steps.mp4'),
      '-f',
      'lavfi',
      '-i',
      'sine=d=12',
      '-c:v',
      'copy',
      '-c:a',
      'aac',
    );
    // Its last two seconds, cut out without encoding: what comes before is hidden, and has to be decoded.
    make('long.mp4', ...STEPS, ...H264, '-g', '1000');
    make('hidden.mp4', '-ss', '4', '-i', video('long.mp4'), '-c', 'copy');
    make('fragments.mp4', ...STEPS, ...H264, '-movflags', 'frag_keyframe+empty_moov');
    make('steps.webm', ...STEPS, '-c:v', 'libvpx', '-b:v', '1M');
    writeFileSync(video('slow.webm'), sayingFramesOf(1000, readFileSync(video('steps.webm'))));
    writeFileSync(video('fast.webm'), sayingFramesOf(1, readFileSync(video('steps.webm'))));
    // A few milliseconds a fragment: all but the first frame stand in fragments.
    make(
      'crammed.mp4',
      ...['-f', 'lavfi', '-i', 'color=gray:s=64x48:r=1000:d=0.06'],
      ...['-vf', "setpts='if(lt(N,3),2*N,6+(N-3)/1000)/TB'", '-vsync', 'passthrough'],
      ...[...H264, '-g', '10', '-bf', '0', '-video_track_timescale', '1000', '-frag_duration', '10000'],
    );
    writeFileSync(video('crammed.mp4'), sayingFirstFrameOf(2_000_000, readFileSync(video('crammed.mp4'))));
    make('late.mp4', '-itsoffset', '100', '-i', video('steps.mp4'), '-c', 'copy', '-copyts');
    execFileSync('cp', [video('steps.mp4'), video('cut.mp4')]);
    truncateSync(video('cut.mp4'), Math.floor(statSync(video('cut.mp4')).size * 0.6));
  }, 60_000);

  it.each([
    ...['steps.mp4', 'hidden.mp4', 'fragments.mp4', 'crammed.mp4'],
    ...['live.webm', 'slow.webm', 'fast.webm'],
  ])('is as heavy as all its frames, whatever its header says: %s', async (name) => {
    const probeWithin = (frames: number) =>
      createVideoProbe({
        ffprobe,
        limits: { pixels: 1e9, durationSeconds: 3600, decodedPixels: 64 * 48 * frames },
      })(video(name));
    await expect(probeWithin(58)).rejects.toMatchObject({ code: 'video_too_heavy' });
    await expect(probeWithin(70)).resolves.toMatchObject({ width: 64, height: 48 });
  });

  const probe = createVideoProbe({
    ffprobe,
    limits: { pixels: 33_000_000, durationSeconds: 3600, decodedPixels: 1e12 },
  });
  const readFrames = createFrameReader({ ffmpeg });

  /** The seconds that the frames show, one each second, read by segments. */
  async function secondsOf(name: string, framesPerSegment = 2) {
    const facts = await probe(video(name));
    const seen: number[] = [];
    for (const segment of planSegments(facts.durationSeconds, 1, framesPerSegment)) {
      const request = { url: video(name), segment, framesPerSecond: 1 };
      for await (const { pixels } of readFrames(request, facts))
        seen.push(Math.floor((pixels[0] ?? 0) / 20 - 0.5));
    }
    return seen;
  }

  describe('each second shows what is on screen then', () => {
    it.each(['steps.mp4', 'live.webm', 'long-sound.mp4', 'late.mp4'])('in %s', async (name) => {
      expect(await secondsOf(name)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it('where frames are seconds apart, though a segment begins between two', async () => {
      expect((await secondsOf('sparse.mp4')).slice(0, 4)).toEqual([0, 0, 2, 2]);
    });

    it('where frames are seconds apart and every second is a segment', async () => {
      expect((await secondsOf('sparse.mp4', 1)).slice(0, 4)).toEqual([0, 0, 2, 2]);
    });
  });

  it.each(['every.mp4', 'every.webm'])('gives each of its frames at its own rate: %s', async (name) => {
    const codec = name.endsWith('mp4') ? H264 : ['-c:v', 'libvpx', '-b:v', '1M'];
    const shades = "color=gray:s=64x48:r=30:d=5,format=gray,geq=lum='2*N'";
    make(name, '-f', 'lavfi', '-i', shades, '-frames:v', '121', ...codec);
    const facts = await probe(video(name));
    const pass = planPass(facts, 30, { frames: 10_000, segmentFrames: 60 });
    expect(pass).toMatchObject({ frameCount: 121, segmentCount: 3 });
    const seen: number[] = [];
    for (const segment of planSegments(facts.durationSeconds, 30, 60)) {
      for await (const { pixels } of readFrames({ url: video(name), segment, framesPerSecond: 30 }, facts))
        seen.push(Math.round((pixels[0] ?? 0) / 2));
    }
    expect(seen).toHaveLength(121);
    if (name === 'every.mp4') expect(seen).toEqual(Array.from({ length: 121 }, (_, index) => index));
  });

  it('lasts as long as its frames do, whatever the sound', async () => {
    expect((await probe(video('long-sound.mp4'))).durationSeconds).toBeCloseTo(6, 1);
    expect((await probe(video('live.webm'))).durationSeconds).toBeCloseTo(6, 1);
  });

  it('that was cut off is refused, before anything is charged', async () => {
    await expect(probe(video('cut.mp4'))).rejects.toMatchObject({ code: 'damaged_video' });
  });

  it('that turns into much larger frames behind what the probe saw is not decoded further', async () => {
    for (const [name, size] of [
      ['small.webm', '64x48'],
      ['huge.webm', '256x256'],
    ] as const)
      make(name, '-f', 'lavfi', '-i', `color=gray:s=${size}:r=4:d=2`, '-c:v', 'libvpx', '-b:v', '200k');
    writeFileSync(video('parts.txt'), 'file small.webm\nfile huge.webm\n');
    make('switch.webm', '-f', 'concat', '-i', video('parts.txt'), '-c', 'copy');
    const facts = await probe(video('switch.webm'));
    expect(facts).toMatchObject({ width: 64, height: 48 });
    expect(facts.durationSeconds).toBeCloseTo(4, 0);
    const times: number[] = [];
    const read = async () => {
      const segment = { index: 0, startSeconds: 0, endSeconds: 4 };
      const request = { url: video('switch.webm'), segment, framesPerSecond: 1 };
      for await (const { timeSeconds } of readFrames(request, facts)) times.push(timeSeconds);
    };
    await expect(read()).rejects.toMatchObject({ code: 'damaged_video' });
    expect(times).not.toContain(3);
  });

  /** Sets the display matrix of the video track: `a b c d`, each 1, 0 or -1. */
  function turn(name: string, from: string, [a, b, c, d]: readonly number[]) {
    const bytes = readFileSync(video(from));
    const header = bytes.indexOf('tkhd');
    // Version 0: the matrix lies 40 bytes behind the version.
    for (const [place, value] of [a, b, 0, c, d].entries())
      bytes.writeInt32BE((value ?? 0) * 65536, header + 44 + place * 4);
    writeFileSync(video(name), bytes);
  }

  describe('a white corner, top left as it was filmed, is seen', () => {
    beforeAll(() =>
      make('corner.mp4', '-f', 'lavfi', '-i', 'color=black:s=64x32:d=1,drawbox=0:0:16:16:white:100', ...H264),
    );

    it.each([
      ['upright', [1, 0, 0, 1], 'top left'],
      ['mirrored', [-1, 0, 0, 1], 'top right'],
      ['upside down', [-1, 0, 0, -1], 'bottom right'],
      ['mirrored upside down', [1, 0, 0, -1], 'bottom left'],
      ['turned to the right', [0, 1, -1, 0], 'top right'],
      ['turned to the left', [0, -1, 1, 0], 'bottom left'],
      ['turned and mirrored', [0, -1, -1, 0], 'bottom right'],
      ['turned and mirrored the other way', [0, 1, 1, 0], 'top left'],
    ])('%s', async (_, matrix, corner) => {
      turn('turned.mp4', 'corner.mp4', matrix);
      const facts = await probe(video('turned.mp4'));
      const isTurned = matrix[0] === 0;
      expect(facts).toMatchObject(isTurned ? { width: 32, height: 64 } : { width: 64, height: 32 });
      const [segment] = planSegments(facts.durationSeconds, 1, 1);
      if (segment === undefined) throw new Error('no segment');
      const request = { url: video('turned.mp4'), segment, framesPerSecond: 1 };
      for await (const { pixels } of readFrames(request, facts)) {
        const isWhite = (x: number, y: number) => (pixels[(y * facts.width + x) * 3] ?? 0) > 128;
        const [right, bottom] = [facts.width - 4, facts.height - 4];
        const seen = Object.entries({
          'top left': isWhite(3, 3),
          'top right': isWhite(right, 3),
          'bottom left': isWhite(3, bottom),
          'bottom right': isWhite(right, bottom),
        });
        expect(seen.filter(([, white]) => white).map(([name]) => name)).toEqual([corner]);
      }
    });
  });
});
