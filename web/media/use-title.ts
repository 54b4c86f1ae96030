import { useEffect } from 'preact/hooks';

/** What the browser's tab and history call the page. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = `${title} · Segmentry`;
    return () => {
      document.title = 'Segmentry';
    };
  }, [title]);
}
