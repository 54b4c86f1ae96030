import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

interface MenuProps {
  readonly name: string;
  readonly label: string;
  readonly children: ComponentChildren;
}

/** Where less room than this is left below the button, the list opens upwards. */
const ROOM_PX = 240;

/**
 * A button with a list below it. The list lies in the top layer, so no table cuts it off; the browser closes it when
 * something else is pressed, and by Escape.
 */
export function Menu({ name, label, children }: MenuProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const close = () => list.current?.hidePopover();
  useEffect(() => {
    if (!isOpen) return;
    addEventListener('scroll', close, { capture: true, once: true });
    return () => removeEventListener('scroll', close, { capture: true });
  }, [isOpen]);
  const place = (event: { readonly newState: string }) => {
    setOpen(event.newState === 'open');
    if (button.current === null || list.current === null) return;
    const { right, bottom, top } = button.current.getBoundingClientRect();
    const isBelow = innerHeight - bottom > ROOM_PX;
    const { style } = list.current;
    style.right = `${Math.max(8, document.documentElement.clientWidth - right)}px`;
    style.top = isBelow ? `${bottom + 4}px` : 'auto';
    style.bottom = isBelow ? 'auto' : `${innerHeight - top + 4}px`;
  };
  return (
    <>
      <button ref={button} type="button" aria-label={label} aria-expanded={isOpen} popovertarget={id}>
        {name}
      </button>
      {/* Its buttons are what is pressed; a press on any of them reaches the list, too. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the list itself is not pressed */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: buttons turn keys into presses */}
      <div ref={list} id={id} class="menu-list popover" popover="auto" onBeforeToggle={place} onClick={close}>
        {children}
      </div>
    </>
  );
}
