import { useState } from 'preact/hooks';
import { segmentry } from '../app/session.ts';
import { useLoad } from '../app/use-load.ts';
import { Empty, Failure, Form, Page, Secret, textOf, When } from '../components/common.tsx';
import { Dialog } from '../components/dialog.tsx';

/** Keys for programs. */
export function KeysPage() {
  const keys = useLoad(async (signal) => (await segmentry.api.listApiKeys({}, { signal })).items, []);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<string>();
  const [error, setError] = useState<unknown>();
  const make = async (data: FormData) => {
    const scopes = data.get('write') === null ? (['read'] as const) : (['read', 'write'] as const);
    const { key } = await segmentry.api.createApiKey({ name: textOf(data, 'name'), scopes: [...scopes] });
    setMade(key);
    setMaking(false);
    keys.reload();
  };
  const revoke = (id: string) => segmentry.api.deleteApiKey({ id }).then(keys.reload, setError);
  return (
    <Page
      title="API keys"
      actions={
        <button type="button" class="primary" onClick={() => setMaking(true)}>
          Make a key
        </button>
      }
    >
      {made !== undefined && <Secret name="Your new key." value={made} />}
      <Failure error={error ?? keys.error} onRetry={keys.reload} />
      {keys.value?.length === 0 && (
        <Empty title="No keys yet">
          <p>
            A program signs in by a key instead of a password. Make one for each program, so that each can be
            revoked.
          </p>
        </Empty>
      )}
      {keys.value !== undefined && keys.value.length > 0 && (
        <div class="table-frame" tabIndex={0} role="region" aria-label="API keys">
          <table class="data">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">May</th>
                <th scope="col">Made</th>
                <th scope="col">
                  <span class="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.value.map(({ id, name, scopes, createdAt }) => (
                <tr key={id}>
                  <td>
                    <bdi class="truncate">{name}</bdi>
                  </td>
                  <td>{scopes.join(' and ')}</td>
                  <td>
                    <When at={createdAt} />
                  </td>
                  <td class="end">
                    <button
                      type="button"
                      class="danger quiet"
                      aria-label={`Revoke ${name}`}
                      onClick={() => void revoke(id)}
                    >
                      Revoke
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isMaking && (
        <Dialog title="Make an API key" onClose={() => setMaking(false)}>
          <Form verb="Make the key" submit={make}>
            <label class="field">
              <span>Name</span>
              <input name="name" required maxLength={100} placeholder="Nightly import" />
            </label>
            <label class="choice">
              <input type="checkbox" name="write" /> May upload, change and delete, not only read
            </label>
          </Form>
        </Dialog>
      )}
    </Page>
  );
}
