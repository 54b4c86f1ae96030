import { useEffect, useState } from 'preact/hooks';
import { type RunningUpload, uploads } from './uploads.ts';

export function useUploads(): readonly RunningUpload[] {
  const [items, setItems] = useState(uploads.items);
  useEffect(() => uploads.subscribe(() => setItems(uploads.items)), []);
  return items;
}
