/** File systems that fill: what lives in memory, is read-only or belongs to a container image does not. */
export const DISKS = {
  fstype: { notMatches: 'tmpfs|ramfs|squashfs|iso9660|erofs|fuse.*|nsfs' },
  mountpoint: { notMatches: '/(?:dev|proc|sys|run|boot|etc)(?:/.*)?' },
} as const;
