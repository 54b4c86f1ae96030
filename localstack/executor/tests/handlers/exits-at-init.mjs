console.log('giving up');
process.exit(3);
