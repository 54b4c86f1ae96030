import { useState } from 'preact/hooks';
import type { Job, Video, VideoResult } from '../../client/index.ts';
import { saveFile, textFile } from '../app/save-file.ts';
import { segmentry } from '../app/session.ts';
import { Failure } from '../components/common.tsx';
import { neutralise } from '../image/export.ts';

interface VideoDownloadsProps {
  readonly video: Video;
  readonly job: Job;
  readonly result: VideoResult;
}

export function VideoDownloads({ video, job, result }: VideoDownloadsProps) {
  const [error, setError] = useState<unknown>();
  const name = video.filename.replace(/\.[^.]+$/, '');
  const frames = async () => (await segmentry.api.getJobFrames({ id: job.id })).blob();
  const timeline = async () => textFile(writeTimeline(result), 'text/csv');
  const summary = async () => textFile(JSON.stringify(result, null, 2), 'application/json');
  const kinds = [
    ['JSON', summary, `${name}.json`],
    ['Frames as JSON lines', frames, `${name}.frames.jsonl`],
    ['Timeline as CSV', timeline, `${name}.timeline.csv`],
  ] as const;
  return (
    <section>
      <h2>Download</h2>
      <div class="chips">
        {kinds.map(([kind, content, filename]) => (
          <button
            key={kind}
            type="button"
            onClick={() => void content().then((blob) => saveFile(blob, filename), setError)}
          >
            {kind}
          </button>
        ))}
      </div>
      <Failure error={error} />
    </section>
  );
}

/** Names of classes come from whoever made the model: quotes in them are doubled. */
export function writeTimeline({ timeline }: VideoResult): string {
  const lines = timeline.flatMap(({ class: name, ranges }) =>
    ranges.map(([from, to]) => `"${neutralise(name).replaceAll('"', '""')}",${from},${to}`),
  );
  return ['class,from_seconds,to_seconds', ...lines].map((line) => `${line}\r\n`).join('');
}
