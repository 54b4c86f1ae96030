import { useMemo, useState } from 'preact/hooks';
import type { Video } from '../../client/index.ts';
import { formatClock, formatCount } from '../app/format.ts';
import { segmentry } from '../app/session.ts';
import { type List, useList } from '../app/use-list.ts';
import { useUploads } from '../app/use-uploads.ts';
import { Empty, Failure, Page } from '../components/common.tsx';
import { GridTabs } from '../components/grid-tabs.tsx';
import { LoadOn } from '../components/load-on.tsx';
import { GridSkeleton, MediaCard } from '../components/media-card.tsx';
import { MediaGrid } from '../components/media-grid.tsx';
import { keyOf, ratioOf, UploadCard } from '../components/upload-card.tsx';
import { VideoThumbnail } from '../components/video-thumbnail.tsx';

const PAGE_SIZE = 100;

/** All videos, newest first. */
export function VideosPage() {
  const [most, setMost] = useState(PAGE_SIZE);
  const uploads = useUploads();
  const ofVideos = uploads.filter(({ file }) => file.type.startsWith('video/'));
  const finished = ofVideos.filter(({ status }) => status === 'done').length;
  const videos = useList((signal) => segmentry.list('listVideos', {}, { signal }), most, [finished]);
  const running = ofVideos.filter(({ status }) => status !== 'done');
  const tiles = useMemo(() => [...running, ...(videos.items ?? [])], [uploads, videos.items]);
  return (
    <Page title="Videos" count={describeCount(videos)} actions={<GridTabs />}>
      <Failure error={videos.error} onRetry={videos.reload} />
      {videos.items === undefined && videos.error === undefined && (
        <GridSkeleton label="Videos are being listed" />
      )}
      {videos.items?.length === 0 && running.length === 0 && (
        <Empty title="No videos yet">
          <p>
            A video is looked at frame by frame: you see when each class appears, and what was found in every
            frame. Drop an MP4, MOV or WebM anywhere.
          </p>
        </Empty>
      )}
      <MediaGrid
        items={tiles}
        label="Videos"
        isWhole={videos.isWhole}
        keyOf={keyOf}
        ratioOf={ratioOf}
        render={(tile) => ('file' in tile ? <UploadCard upload={tile} /> : <VideoCard video={tile} />)}
      />
      {videos.items !== undefined && !videos.isWhole && videos.error === undefined && (
        <LoadOn key={videos.items.length} onNear={() => setMost(most + PAGE_SIZE)} />
      )}
    </Page>
  );
}

type ListedVideo = Omit<Video, 'jobs' | 'datasets'>;

function describeCount({ items, isWhole }: List<unknown>): string | undefined {
  return items && `${formatCount(items.length)}${isWhole ? '' : ' so far'}`;
}

function VideoCard({ video: { id, filename, uploadedAt, durationSeconds } }: { video: ListedVideo }) {
  return (
    <MediaCard
      to={`/videos/${id}`}
      jobs={[]}
      facts={<span class="number">{formatClock(durationSeconds)}</span>}
      filename={filename}
      uploadedAt={uploadedAt}
    >
      <VideoThumbnail id={id} />
    </MediaCard>
  );
}
