import { useMemo } from 'preact/hooks';
import type { Job, ListedImage } from '../../client/index.ts';
import { CardOverlay } from './card-overlay.tsx';
import { MediaCard } from './media-card.tsx';
import { Thumbnail } from './thumbnail.tsx';

interface ImageCardProps {
  readonly image: ListedImage;
  readonly jobs: readonly Job[];
  /** Of the list, which the image's page goes through. */
  readonly search: string;
  readonly isSelected: boolean;
  onToggle(): void;
}

/** Of those in view only those are made anew whose image, jobs or selection has changed. */
export function ImageCard({ image, jobs, search, isSelected, onToggle }: ImageCardProps) {
  return useMemo(() => {
    const { id, filename, uploadedAt } = image;
    const found = jobs.find(({ status }) => status === 'succeeded');
    return (
      <MediaCard
        to={`/images/${id}${search}`}
        filename={filename}
        uploadedAt={uploadedAt}
        jobs={jobs}
        isSelected={isSelected}
        onToggle={onToggle}
        facts={<FoundOrSize image={image} job={found} />}
        hovered={() => found !== undefined && <CardOverlay job={found} />}
      >
        <Thumbnail id={id} alt="" />
      </MediaCard>
    );
  }, [image, jobs, search, isSelected]);
}

function FoundOrSize({ image: { width, height }, job }: { image: ListedImage; job: Job | undefined }) {
  const found = job?.summary?.map(({ class: name, count }) => (count > 1 ? `${count} ${name}` : name));
  if (found !== undefined && found.length > 0) return <bdi>{found.join(', ')}</bdi>;
  return (
    <span class="number">
      {width} × {height}
    </span>
  );
}
