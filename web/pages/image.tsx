import { useEffect, useState } from 'preact/hooks';
import type { Batch, Image, Job } from '../../client/index.ts';
import { readFilter, searchOf } from '../app/image-filter.ts';
import { changeQuery, Link, navigate, usePlace } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { useLoad } from '../app/use-load.ts';
import { useNeighbours } from '../app/use-neighbours.ts';
import { AnalyseDialog } from '../components/analyse-dialog.tsx';
import { Empty, Failure } from '../components/common.tsx';
import { ConfirmButton } from '../components/confirm-button.tsx';
import { loadImage } from '../components/thumbnail.tsx';
import { Downloads } from '../image/downloads.tsx';
import { makeLevels, type Picture } from '../image/picture-levels.ts';
import { ResultPanel } from '../image/result-panel.tsx';
import { ResultView } from '../image/result-view.tsx';
import { useResultState } from '../image/use-result-state.ts';
import { AnalysisPicker, JobState, useAnalyses } from '../media/analyses.tsx';
import { FileFacts } from '../media/file-facts.tsx';
import { useJobResult } from '../media/use-job-result.ts';
import { useMediaLive } from '../media/use-media-live.ts';
import { useTitle } from '../media/use-title.ts';

/** One picture and what was found on it. */
export function ImagePage({ id }: { id: string }) {
  const image = useLoad((signal) => segmentry.api.getImage({ id }, { signal }), [id]);
  const follow = useMediaLive(image);
  useTitle(image.value?.filename);
  if (image.value === undefined && image.error !== undefined) {
    return (
      <Empty title="This image can't be shown">
        <Failure error={image.error} onRetry={image.reload} />
        <Link to="/images">Go to your images</Link>
      </Empty>
    );
  }
  return <LoadedImage id={id} image={image.value} onBegun={follow} />;
}

interface LoadedImageProps {
  readonly id: string;
  /** Absent while it is fetched: the picture comes meanwhile. */
  readonly image: Image | undefined;
  onBegun(batch: Batch): void;
}

function LoadedImage({ id, image, onBegun }: LoadedImageProps) {
  const { query } = usePlace();
  const filter = readFilter(query);
  const neighbours = useNeighbours(id, filter);
  const picture = usePicture(id);
  const analyses = useAnalyses(image?.jobs);
  const { job, compared, others } = analyses;
  const result = useResult(job);
  const second = useResult(compared);
  const [isChoosing, setChoosing] = useState(false);
  const state = useResultState(id, result.value);
  const back = `/images${searchOf(filter)}`;
  return (
    <div class="media-page">
      <section class="viewer" aria-label="Picture">
        <Failure error={picture.error ?? result.error} onRetry={picture.error ? undefined : result.reload} />
        {picture.value === undefined ? (
          picture.error === undefined && <p class="loading">The picture is being fetched.</p>
        ) : (
          <ResultView
            picture={picture.value}
            name={image?.filename ?? 'The picture'}
            state={state}
            second={second.value}
            canCompare={others.length > 0}
            neighbours={neighbours}
            onCompare={() => changeQuery({ compare: compared === undefined ? others[0]?.id : undefined })}
          />
        )}
      </section>
      <aside class="panel" aria-label="What was found">
        <Link to={back} class="back">
          All images
        </Link>
        <h1 class="panel-title" dir="auto">
          {image?.filename ?? ' '}
        </h1>
        {image !== undefined && (
          <>
            <FileFacts media={image} />
            <AnalysisPicker {...analyses} />
            <JobState job={job} onAnalyse={() => setChoosing(true)} />
            {job !== undefined && result.value !== undefined && (
              <>
                <ResultPanel state={state} />
                <Downloads image={image} job={job} result={result.value} pixelsPerCm={state.pixelsPerCm} />
              </>
            )}
            <div class="form-actions spread">
              <button type="button" onClick={() => setChoosing(true)}>
                Analyse again
              </button>
              <ConfirmButton
                name="Delete"
                title="Delete the image?"
                text="It goes with its results. This can't be undone."
                act={() => segmentry.api.deleteImage({ id: image.id }).then(() => navigate(back))}
              />
            </div>
          </>
        )}
      </aside>
      {isChoosing && (
        <AnalyseDialog
          title="Analyse the image"
          target={{ images: [id] }}
          onClose={() => setChoosing(false)}
          onBegun={onBegun}
        />
      )}
    </div>
  );
}

function usePicture(id: string): { value: Picture | undefined; error: unknown } {
  const bitmap = useLoad((signal) => loadImage(id, signal), [id]);
  const [picture, setPicture] = useState<Picture>();
  useEffect(() => {
    if (bitmap.value !== undefined) void makeLevels(bitmap.value, setPicture);
  }, [bitmap.value]);
  return { value: picture, error: bitmap.error };
}

function useResult(job: Job | undefined) {
  const { value, error, reload } = useJobResult(job);
  return { value: value !== undefined && 'detections' in value ? value : undefined, error, reload };
}
