import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createVideoProbe } from '../../core/adapters/ffmpeg/probe-video.ts';
import { createFrameReader } from '../../core/adapters/ffmpeg/read-frames.ts';
import { createFrameDecoder } from '../../core/adapters/sharp/decode-image.ts';
import { planSegments } from '../../core/domain/entities/video.ts';
import { videoTools } from '../../test/helpers/video-tools.ts';

/** A process as those are that take a video in and read its frames into a model's input, at one a second. */
const path = process.argv[2] as string;
const tools = videoTools();
const probe = createVideoProbe({
  ...tools,
  limits: { pixels: 9_500_000, durationSeconds: 3600, decodedPixels: 5e11 },
});
const readFrames = createFrameReader(tools);
const facts = await probe(path);
const hash = createHash('sha256');
for await (const piece of createReadStream(path)) hash.update(piece);

const decode = createFrameDecoder(facts);
const input = new Float32Array(3 * 640 * 640);
let done = 0;
for (const segment of planSegments(facts.durationSeconds, 1, 60)) {
  for await (const { pixels } of readFrames({ url: path, segment, framesPerSecond: 1 }, facts)) {
    const { views } = await decode(pixels, { inputSize: { width: 640, height: 640 } });
    for (const view of views) (await view.load())(input);
    done += 1;
  }
}
console.log(JSON.stringify({ done, sha256: hash.digest('hex') }));
