import { useState } from 'preact/hooks';
import { navigate, usePlace } from '../app/router.tsx';
import { hasExpired, register, resetPassword, signIn } from '../app/session.ts';
import { Form, textOf } from '../components/common.tsx';
import { PasswordField } from '../components/password-field.tsx';

/** Signing in, making an account, or setting a new password by a link. */
export function SignInPage() {
  const { path, query } = usePlace();
  const invite = query.get('invite') ?? undefined;
  const resetToken = path.startsWith('/password-reset') ? (query.get('token') ?? '') : undefined;
  const [registers, setRegisters] = useState(invite !== undefined);
  return (
    <main class="sign-in" id="main">
      <div class="sign-in-card">
        <img src="/icon.svg" alt="" width="40" height="40" />
        {resetToken !== undefined ? (
          <ResetForm token={resetToken} />
        ) : registers ? (
          <RegisterForm invite={invite} onSignIn={() => setRegisters(false)} />
        ) : (
          <SignInForm onRegister={() => setRegisters(true)} />
        )}
      </div>
    </main>
  );
}

function SignInForm({ onRegister }: { onRegister: () => void }) {
  return (
    <>
      <h1>Sign in to Segmentry</h1>
      {hasExpired && (
        <p class="hint" role="status">
          Your session has ended. Sign in again: you come back to this page, and uploads go on.
        </p>
      )}
      <Form verb="Sign in" submit={(data) => signIn(textOf(data, 'email'), String(data.get('password')))}>
        <Email />
        <PasswordField isKnown />
      </Form>
      <p class="muted">
        New here?{' '}
        <button type="button" class="link" onClick={onRegister}>
          Make an account
        </button>
        . Forgotten your password? An admin gives you a link that sets a new one.
      </p>
    </>
  );
}

function RegisterForm({ invite, onSignIn }: { invite: string | undefined; onSignIn: () => void }) {
  const submit = (data: FormData) =>
    register({
      email: textOf(data, 'email'),
      password: String(data.get('password')),
      ...(invite !== undefined && { invite }),
    }).then(() => navigate('/images'));
  return (
    <>
      <h1>Make an account</h1>
      <Form verb="Make the account" submit={submit}>
        <Email />
        <PasswordField hint="Ten characters or more. Four unrelated words are good." />
      </Form>
      <p class="muted">
        You have one?{' '}
        <button type="button" class="link" onClick={onSignIn}>
          Sign in
        </button>
      </p>
    </>
  );
}

function ResetForm({ token }: { token: string }) {
  const submit = (data: FormData) =>
    resetPassword(token, String(data.get('password'))).then(() => navigate('/'));
  return (
    <>
      <h1>Set a new password</h1>
      <Form verb="Set it" submit={submit}>
        <PasswordField hint="All sessions end with it. Sign in again after." />
      </Form>
    </>
  );
}

function Email() {
  return (
    <label class="field">
      <span>Email</span>
      <input name="email" type="email" required autoComplete="username" maxLength={254} />
    </label>
  );
}
