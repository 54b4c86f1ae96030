exports.handler = async (event) => ({ doubled: event.number * 2 });
