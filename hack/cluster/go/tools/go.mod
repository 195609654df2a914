module dixi.io/hack/tools

go 1.26.0
