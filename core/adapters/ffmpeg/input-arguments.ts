/**
 * How ffmpeg and ffprobe are told to read a video: only the containers that are taken, only from where the
 * video lies. Without this a crafted playlist could make them fetch addresses or read files.
 */
export const inputArguments = (url: string): string[] => [
  '-format_whitelist',
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm',
  '-protocol_whitelist',
  url.startsWith('http') ? 'http,https,tcp,tls' : 'file',
];
