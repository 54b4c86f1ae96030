import { useEffect, useState } from 'preact/hooks';
import { Shell } from '../components/shell.tsx';
import { AccountPage } from '../pages/account.tsx';
import { AdminPage } from '../pages/admin.tsx';
import { BatchPage } from '../pages/batch.tsx';
import { BatchesPage } from '../pages/batches.tsx';
import { CreditsPage } from '../pages/credits.tsx';
import { DatasetsPage } from '../pages/datasets.tsx';
import { ImagePage } from '../pages/image.tsx';
import { ImagesPage } from '../pages/images.tsx';
import { KeysPage } from '../pages/keys.tsx';
import { ModelsPage } from '../pages/models.tsx';
import { SignInPage } from '../pages/sign-in.tsx';
import { VideoPage } from '../pages/video.tsx';
import { VideosPage } from '../pages/videos.tsx';
import { WebhooksPage } from '../pages/webhooks.tsx';
import { Link, usePlace } from './router.tsx';
import { onSessionChange, sessionOwner } from './session.ts';

export function App() {
  const [owner, setOwner] = useState(sessionOwner);
  useEffect(() => onSessionChange(() => setOwner(sessionOwner())), []);
  const { path } = usePlace();
  if (owner === undefined || path.startsWith('/password-reset')) return <SignInPage />;
  return (
    // Another tab may have signed somebody else in: nothing of the one before stays.
    <Shell key={owner}>
      <Page path={path} />
    </Shell>
  );
}

function Page({ path }: { path: string }) {
  const [, page = '', id] = path.split('/');
  switch (page) {
    case '':
      return <ImagesPage />;
    case 'images':
      return id === undefined ? <ImagesPage /> : <ImagePage key={id} id={id} />;
    case 'videos':
      return id === undefined ? <VideosPage /> : <VideoPage key={id} id={id} />;
    case 'account':
      return <AccountPage />;
    case 'batches':
      return id === undefined ? <BatchesPage /> : <BatchPage key={id} id={id} />;
    case 'datasets':
      return <DatasetsPage />;
    case 'models':
      return <ModelsPage />;
    case 'webhooks':
      return <WebhooksPage />;
    case 'keys':
      return <KeysPage />;
    case 'credits':
      return <CreditsPage />;
    case 'admin':
      return <AdminPage />;
    default:
      return (
        <div class="empty">
          <h1>There is no such page</h1>
          <p>
            The address may be mistyped. <Link to="/images">Go to your images</Link>
          </p>
        </div>
      );
  }
}
