no protobuf
