import { useState } from 'preact/hooks';
import type { Image, Job, Result } from '../../client/index.ts';
import { saveFile, textFile } from '../app/save-file.ts';
import { segmentry } from '../app/session.ts';
import { Failure } from '../components/common.tsx';
import { writeCoco, writeCsv, writeYolo } from './export.ts';

interface DownloadsProps {
  readonly image: Image;
  readonly job: Job;
  readonly result: Result;
  readonly pixelsPerCm: number | undefined;
}

/** The same result in the forms that other tools take. */
export function Downloads({ image, job, result, pixelsPerCm }: DownloadsProps) {
  const [error, setError] = useState<unknown>();
  const name = image.filename.replace(/\.[^.]+$/, '');
  const save = (content: () => Promise<Blob> | Blob, filename: string) => async () => {
    try {
      saveFile(await content(), filename);
    } catch (failure) {
      setError(failure);
    }
  };
  const kinds = [
    [
      'PNG',
      save(async () => (await segmentry.api.getJobOverlay({ id: job.id })).blob(), `${name}.overlay.png`),
    ],
    ['JSON', save(() => textFile(JSON.stringify(result, null, 2), 'application/json'), `${name}.json`)],
    ['CSV', save(() => textFile(writeCsv([{ result, image }], pixelsPerCm), 'text/csv'), `${name}.csv`)],
    [
      'COCO',
      save(
        () => textFile(JSON.stringify(writeCoco([{ result, image }])), 'application/json'),
        `${name}.coco.json`,
      ),
    ],
    ['YOLO', save(() => textFile(writeYolo(result), 'text/plain'), `${name}.txt`)],
  ] as const;
  return (
    <section>
      <h2>Download</h2>
      <div class="chips">
        {kinds.map(([kind, download]) => (
          <button key={kind} type="button" onClick={() => void download()}>
            {kind}
          </button>
        ))}
      </div>
      <Failure error={error} />
    </section>
  );
}
