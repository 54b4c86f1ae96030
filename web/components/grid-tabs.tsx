import { Link, usePlace } from '../app/router.tsx';

const TABS = [
  { path: '/images', name: 'Images' },
  { path: '/videos', name: 'Videos' },
] as const;

/** From the images to the videos and back. */
export function GridTabs() {
  const { path } = usePlace();
  const current = path === '/' ? '/images' : path;
  return (
    <nav class="tabs" aria-label="Kinds of media">
      {TABS.map(({ path: to, name }) => (
        <Link key={to} to={to} aria-current={to === current ? 'page' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
