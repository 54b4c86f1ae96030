/** Drawn on a grid of 24, two wide, in the colour of the text beside them. */
const PATHS = {
  images: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01',
  batches: 'M4 7h16M4 12h16M4 17h10',
  datasets: 'M4 7l8-4 8 4-8 4zM4 12l8 4 8-4M4 17l8 4 8-4',
  models: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM12 12l8-4.5M12 12v9M12 12L4 7.5',
  webhooks: 'M9 8a4 4 0 1 1 5 3.9L17 17M15 16a4 4 0 1 1-1 5M8 12a4 4 0 1 0 2 6h6',
  keys: 'M14 10a4 4 0 1 0-3.5 4H13l1.5-1.5L16 14l2-2 2 2 1.5-2L19 10zM8.5 10h.01',
  credits: 'M4 7c0-2 16-2 16 0v10c0 2-16 2-16 0zM4 7c0 2 16 2 16 0M4 12c0 2 16 2 16 0',
  admin: 'M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z',
  upload: 'M12 16V4M7 9l5-5 5 5M4 20h16',
  more: 'M4 12h2M11 12h2M18 12h2',
  eye: 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7zM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z',
  'eye-off':
    'M4 4l16 16M6 7c-3 2-4 5-4 5s4 7 10 7c2 0 4-.7 5.500-1.600M10 5.200A9 9 0 0 1 12 5c6 0 10 7 10 7s-.8 1.500-2.300 3',
  left: 'M15 5l-7 7 7 7',
  right: 'M9 5l7 7-7 7',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  ruler: 'M3 15L15 3l6 6L9 21zM7 11l2 2M10 8l2 2M13 5l2 2',
  compare: 'M12 3v18M4 6h5v12H4M20 6h-5v12h5',
  outline: 'M5 9c0-4 4-5 8-4s7 4 6 8-5 7-9 6-5-6-5-10z',
  mask: 'M5 9c0-4 4-5 8-4s7 4 6 8-5 7-9 6-5-6-5-10zM8 8l9 9M6 12l6 6M12 6l6 6',
  box: 'M5 6h14v12H5z',
  label: 'M4 5h9l7 7-7 7H4zM8 12h.01',
  close: 'M6 6l12 12M18 6L6 18',
  trash: 'M5 7h14M10 4h4M7 7l1 13h8l1-13',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8',
  play: 'M7 4l13 8-13 8z',
  pause: 'M8 5v14M16 5v14',
  'step-back': 'M18 5l-9 7 9 7zM6 5v14',
  'step-on': 'M6 5l9 7-9 7zM18 5v14',
  videos: 'M3 6h13v12H3zM16 10l5-3v10l-5-3z',
  account: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 21c1-5 4-7 8-7s7 2 8 7',
  filter: 'M4 6h16M7 12h10M10 18h4',
  folder: 'M3 6h6l2 3h10v10H3z',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
