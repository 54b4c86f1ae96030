import { useState } from 'preact/hooks';
import type { User } from '../../client/index.ts';
import { useMe } from '../app/me.ts';
import { Link } from '../app/router.tsx';
import { deleteAccount, segmentry, signOut } from '../app/session.ts';
import { uploads } from '../app/uploads.ts';
import { Form, Page, textOf, When } from '../components/common.tsx';
import { Dialog } from '../components/dialog.tsx';
import { PasswordField } from '../components/password-field.tsx';

/** The own account: what it is called, how one gets in, and how it ends. */
export function AccountPage() {
  const { user, reload } = useMe();
  if (user === undefined) return <p class="loading">The account is being fetched.</p>;
  return (
    <Page title="Account">
      <div class="cards two">
        <Profile user={user} onChanged={reload} />
        <Password />
        <Access />
        <Leaving email={user.email} />
      </div>
    </Page>
  );
}

function Profile({ user, onChanged }: { user: User; onChanged: () => void }) {
  const [said, setSaid] = useState<string>();
  const save = async (data: FormData) => {
    const [email, username] = [textOf(data, 'email'), textOf(data, 'username')];
    const currentPassword = String(data.get('currentPassword') ?? '');
    await segmentry.api.changeMe({
      ...(username !== user.username && username !== '' && { username }),
      ...(email !== user.email && { email, currentPassword }),
    });
    setSaid('Saved.');
    onChanged();
  };
  const [email, setEmail] = useState(user.email);
  return (
    <section class="plain-card">
      <h2>Profile</h2>
      <p class="muted">
        {user.role === 'admin' ? 'Admin' : 'User'} since <When at={user.createdAt} />
      </p>
      <Form verb="Save" submit={save} keeps>
        <label class="field">
          <span>Name</span>
          <input name="username" maxLength={64} defaultValue={user.username} />
        </label>
        <label class="field">
          <span>Email</span>
          <input
            name="email"
            type="email"
            required
            maxLength={254}
            value={email}
            onInput={({ currentTarget }) => setEmail(currentTarget.value)}
          />
        </label>
        {email !== user.email && <PasswordField name="currentPassword" label="Current password" isKnown />}
      </Form>
      {said !== undefined && <p role="status">{said}</p>}
    </section>
  );
}

function Password() {
  const [said, setSaid] = useState<string>();
  const save = async (data: FormData) => {
    const [password, again] = [String(data.get('password')), String(data.get('again'))];
    setSaid(undefined);
    if (password !== again) throw new Error('The two new passwords differ. Type them again.');
    await segmentry.api.changeMe({ password, currentPassword: String(data.get('currentPassword')) });
    setSaid('The password is changed. All your other sessions have ended.');
  };
  return (
    <section class="plain-card">
      <h2>Password</h2>
      <p class="muted">A new one ends all your other sessions, on other devices too.</p>
      <Form verb="Change the password" submit={save}>
        <PasswordField name="currentPassword" label="Current password" isKnown />
        <PasswordField
          name="password"
          label="New password"
          hint="Ten characters or more. Four unrelated words are good."
        />
        <PasswordField name="again" label="New password once more" />
      </Form>
      {said !== undefined && <p role="status">{said}</p>}
    </section>
  );
}

function Access() {
  const leave = () => {
    uploads.cancelAll();
    void signOut();
  };
  return (
    <section class="plain-card">
      <h2>Sessions and keys</h2>
      <p class="muted">
        This browser is signed in until you sign out. Programs sign in by <Link to="/keys">API keys</Link>,
        each of which can be revoked by itself.
      </p>
      <div class="card-buttons">
        <button type="button" onClick={leave}>
          Sign out
        </button>
      </div>
    </section>
  );
}

function Leaving({ email }: { email: string }) {
  const [isSure, setSure] = useState(false);
  return (
    <section class="plain-card">
      <h2>Delete the account</h2>
      <p class="muted">
        It goes with its images, videos, datasets, results and credits. This can't be undone.
      </p>
      <div class="card-buttons">
        <button type="button" class="danger" onClick={() => setSure(true)}>
          Delete the account
        </button>
      </div>
      {isSure && (
        <Dialog title="Delete the account?" onClose={() => setSure(false)}>
          <p>
            All that <bdi>{email}</bdi> owns is deleted for good.
          </p>
          <Form
            verb="Delete it for good"
            isDangerous
            submit={async (data) => {
              await deleteAccount(String(data.get('currentPassword')));
              uploads.cancelAll();
            }}
          >
            <PasswordField name="currentPassword" label="Current password" isKnown />
          </Form>
        </Dialog>
      )}
    </section>
  );
}
