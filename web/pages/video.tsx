import { useMemo, useState } from 'preact/hooks';
import type { Batch, Job, Video, VideoResult } from '../../client/index.ts';
import { colourClasses } from '../../core/contracts/class-colours.ts';
import { formatClock } from '../app/format.ts';
import { Link, navigate } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { useLoad } from '../app/use-load.ts';
import { AnalyseDialog } from '../components/analyse-dialog.tsx';
import { Empty, Failure } from '../components/common.tsx';
import { ConfirmButton } from '../components/confirm-button.tsx';
import { ResultPanel } from '../image/result-panel.tsx';
import { ResultView } from '../image/result-view.tsx';
import { useResultState } from '../image/use-result-state.ts';
import { AnalysisPicker, JobState, useAnalyses } from '../media/analyses.tsx';
import { FileFacts } from '../media/file-facts.tsx';
import { useJobResult } from '../media/use-job-result.ts';
import { useMediaLive } from '../media/use-media-live.ts';
import { useTitle } from '../media/use-title.ts';
import { Player } from '../video/player.tsx';
import { useFrames } from '../video/use-frames.ts';
import { useVideoFile } from '../video/use-video-file.ts';
import { VideoDownloads } from '../video/video-downloads.tsx';

/** One video: what was found in its frames, and when. */
export function VideoPage({ id }: { id: string }) {
  const video = useLoad((signal) => segmentry.api.getVideo({ id }, { signal }), [id]);
  const follow = useMediaLive(video);
  useTitle(video.value?.filename);
  if (video.value === undefined) {
    return video.error === undefined ? (
      <p class="loading">The video is being fetched.</p>
    ) : (
      <Empty title="This video can't be shown">
        <Failure error={video.error} onRetry={video.reload} />
        <Link to="/videos">Go to your videos</Link>
      </Empty>
    );
  }
  return <LoadedVideo video={video.value} onBegun={follow} />;
}

interface LoadedVideoProps {
  readonly video: Video;
  onBegun(batch: Batch): void;
}

function LoadedVideo({ video, onBegun }: LoadedVideoProps) {
  const file = useVideoFile(video.id);
  const analyses = useAnalyses(video.jobs);
  const { job } = analyses;
  const result = useVideoResult(job);
  const frames = useFrames(result.value === undefined ? undefined : job?.id);
  const state = useResultState(video.id, frames.reader?.at(file.time));
  const colours = useClassColours(job, result.value);
  const [isChoosing, setChoosing] = useState(false);
  return (
    <div class="media-page">
      <section class="viewer" aria-label="Video">
        <Failure error={file.error ?? result.error ?? frames.error} />
        {file.picture === undefined ? (
          <p class="loading">{file.error === undefined && 'The video is being fetched.'}</p>
        ) : (
          <ResultView
            picture={file.picture}
            name={video.filename}
            state={state}
            second={undefined}
            canCompare={false}
            neighbours={{}}
            onCompare={() => undefined}
          />
        )}
        <Player
          file={file}
          durationSeconds={video.durationSeconds}
          result={result.value}
          times={frames.reader?.times ?? []}
          colours={colours}
          hidden={state.hidden}
        />
      </section>
      <aside class="panel" aria-label="What was found">
        <Link to="/videos" class="back">
          All videos
        </Link>
        <h1 class="panel-title" dir="auto">
          {video.filename}
        </h1>
        <FileFacts media={video} />
        <AnalysisPicker {...analyses} />
        <JobState job={job} onAnalyse={() => setChoosing(true)} />
        {result.value !== undefined && state.result !== undefined && (
          <>
            <h2>
              In the frame at <span class="number">{formatClock(file.time)}</span>
            </h2>
            <ResultPanel state={state} />
          </>
        )}
        {job !== undefined && result.value !== undefined && (
          <VideoDownloads video={video} job={job} result={result.value} />
        )}
        <div class="form-actions spread">
          <button type="button" onClick={() => setChoosing(true)}>
            Analyse again
          </button>
          <ConfirmButton
            name="Delete"
            title="Delete the video?"
            text="It goes with its results. This can't be undone."
            act={() => segmentry.api.deleteVideo({ id: video.id }).then(() => navigate('/videos'))}
          />
        </div>
      </aside>
      {isChoosing && (
        <AnalyseDialog
          title="Analyse the video"
          target={{ videos: [video.id] }}
          onClose={() => setChoosing(false)}
          onBegun={onBegun}
        />
      )}
    </div>
  );
}

function useVideoResult(job: Job | undefined) {
  const { value, error } = useJobResult(job);
  return { value: value !== undefined && 'timeline' in value ? value : undefined, error };
}

/** The same colours as in the frames: by the model's own numbers of its classes. */
function useClassColours(job: Job | undefined, result: VideoResult | undefined) {
  const models = useLoad((signal) => segmentry.api.listModels({}, { signal }), []);
  return useMemo(() => {
    const [id, version] = (job?.model ?? '').split('@');
    const model = models.value?.items.find((each) => each.id === id);
    const classes = model?.versions.find((each) => each.version === version)?.classes ?? [];
    const names = result?.timeline.map((lane) => lane.class) ?? [];
    const idOf = (name: string) => Math.max(0, classes.indexOf(name));
    const colours = colourClasses(names.map(idOf));
    return new Map(names.map((name) => [name, colours.get(idOf(name)) as string]));
  }, [job?.model, models.value, result]);
}
