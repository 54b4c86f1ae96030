import { useEffect, useState } from 'preact/hooks';
import { Shell } from '../components/shell.tsx';
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
import { WebhooksPage } from '../pages/webhooks.tsx';
import { Link, usePlace } from './router.tsx';
import { isSignedIn, onSessionChange } from './session.ts';

export function App() {
  const [signedIn, setSignedIn] = useState(isSignedIn);
  useEffect(() => onSessionChange(() => setSignedIn(isSignedIn())), []);
  const { path } = usePlace();
  if (!signedIn || path.startsWith('/password-reset')) return <SignInPage />;
  return (
    <Shell>
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
      return id === undefined ? <ImagesPage /> : <ImagePage key={id} id={decodeURIComponent(id)} />;
    case 'batches':
      return id === undefined ? <BatchesPage /> : <BatchPage key={id} id={decodeURIComponent(id)} />;
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
