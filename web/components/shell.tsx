import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCredits } from '../app/format.ts';
import { MeContext } from '../app/me.ts';
import { changeQuery, Link, navigate, usePlace } from '../app/router.tsx';
import { segmentry, signOut } from '../app/session.ts';
import { uploads } from '../app/uploads.ts';
import { useLive } from '../app/use-live.ts';
import { useLoad } from '../app/use-load.ts';
import { Icon, type IconName } from './icon.tsx';
import { UploadDialog } from './upload-dialog.tsx';
import { useDroppedFiles } from './use-dropped-files.ts';

const PAGES: readonly { path: string; name: string; icon: IconName; admin?: boolean }[] = [
  { path: '/images', name: 'Images', icon: 'images' },
  { path: '/batches', name: 'Batches', icon: 'batches' },
  { path: '/datasets', name: 'Datasets', icon: 'datasets' },
  { path: '/models', name: 'Models', icon: 'models' },
  { path: '/webhooks', name: 'Webhooks', icon: 'webhooks' },
  { path: '/keys', name: 'Keys', icon: 'keys' },
  { path: '/credits', name: 'Credits', icon: 'credits' },
  { path: '/admin', name: 'Admin', icon: 'admin', admin: true },
];

/** What is around every page: where one can go, search, upload, what one has. Files can be dropped anywhere. */
export function Shell({ children }: { children: ComponentChildren }) {
  const me = useLoad((signal) => segmentry.api.getMe({}, { signal }), []);
  const credits = useLoad((signal) => segmentry.api.getCredits({}, { signal }), []);
  const [files, setFiles] = useState<readonly File[] | undefined>();
  const isDragging = useDroppedFiles(setFiles);
  useLive(
    ['me'],
    ({ type, data }) => {
      if (type === 'credits.updated') credits.reload();
      if (type === 'job.updated') uploads.hear(data as never);
    },
    credits.reload,
  );
  const pages = PAGES.filter(({ admin }) => admin !== true || me.value?.role === 'admin');
  return (
    <MeContext.Provider value={{ user: me.value, credits: credits.value, reload: me.reload }}>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <TopBar onUpload={() => setFiles([])} email={me.value?.email} balance={credits.value?.available} />
      <Rail pages={pages} />
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      {files !== undefined && (
        <UploadDialog files={files} onFiles={setFiles} onClose={() => setFiles(undefined)} />
      )}
      {isDragging && <div class="drop-hint">Drop pictures, videos, zips or folders</div>}
    </MeContext.Provider>
  );
}

interface TopBarProps {
  readonly email: string | undefined;
  readonly balance: number | undefined;
  onUpload(): void;
}

function TopBar({ onUpload, email, balance }: TopBarProps) {
  const { path, query } = usePlace();
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      search.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  const find = (text: string) => {
    if (path.startsWith('/images') && path.split('/').length === 2) changeQuery({ search: text });
    else navigate(`/images?search=${encodeURIComponent(text)}`);
  };
  return (
    <header class="top-bar">
      <Link to="/images" class="brand">
        <img src="/icon.svg" alt="" width="24" height="24" />
        <span>Segmentry</span>
      </Link>
      <input
        ref={search}
        type="search"
        class="search"
        placeholder="Search"
        aria-label="Search images by name"
        value={query.get('search') ?? ''}
        onInput={({ currentTarget }) => find(currentTarget.value)}
      />
      <button type="button" class="primary" aria-label="Upload" onClick={onUpload}>
        <Icon name="upload" /> <span class="upload-word">Upload</span>
      </button>
      <Link to="/credits" class="chip credits-chip" title="Credits that you can spend">
        <span class="number">{balance === undefined ? '–' : formatCredits(balance)}</span>
        <span class="chip-unit">credits</span>
      </Link>
      <AccountMenu email={email} />
    </header>
  );
}

function AccountMenu({ email }: { email: string | undefined }) {
  const { path } = usePlace();
  const leave = () => {
    uploads.cancelAll();
    void signOut();
  };
  return (
    <details class="menu account" key={path}>
      <summary aria-label="Your account" title={email}>
        <span class="avatar">{(email ?? '?').slice(0, 1).toUpperCase()}</span>
      </summary>
      <div class="menu-list">
        <p class="menu-text" dir="auto">
          {email}
        </p>
        <Link to="/account">Account</Link>
        <a href="/docs">API reference</a>
        <button type="button" onClick={leave}>
          Sign out
        </button>
      </div>
    </details>
  );
}

/** How many fit into the bar of a phone; the rest stand under More. */
const IN_TAB_BAR = 4;

function Rail({ pages }: { pages: typeof PAGES }) {
  const { path } = usePlace();
  const current = path === '/' || path.startsWith('/videos') ? '/images' : path;
  const links = pages.map(({ path: to, name, icon }) => (
    <Link key={to} to={to} class="rail-link" aria-current={current.startsWith(to) ? 'page' : undefined}>
      <Icon name={icon} />
      <span>{name}</span>
    </Link>
  ));
  return (
    <nav class="rail" aria-label="Pages">
      {links.slice(0, IN_TAB_BAR)}
      <div class="rail-rest">{links.slice(IN_TAB_BAR)}</div>
      <details class="menu rail-more" key={path}>
        <summary class="rail-link">
          <Icon name="more" />
          <span>More</span>
        </summary>
        <div class="menu-list">{links.slice(IN_TAB_BAR)}</div>
      </details>
    </nav>
  );
}
