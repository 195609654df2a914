// Command probe resolves a Service name and connects to it, from inside a pod: the last check before a cluster counts as up.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"time"
)

func attempt(ctx context.Context, host, port string) (string, error) {
	addresses, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		return "", err
	}
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(addresses[0], port))
	if err != nil {
		return "", err
	}
	return addresses[0], connection.Close()
}

func main() {
	host := flag.String("host", "kubernetes.default", "Service name to resolve")
	port := flag.String("port", "443", "TCP port to connect to")
	patience := flag.Duration("patience", 30*time.Second, "how long to keep trying")
	flag.Parse()
	started := time.Now()
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		address, err := attempt(ctx, *host, *port)
		cancel()
		if err == nil {
			fmt.Printf("%s is %s and answers on %s after %d ms\n", *host, address, *port, time.Since(started).Milliseconds())
			return
		}
		if time.Since(started) > *patience {
			fmt.Fprintln(os.Stderr, "probe:", err)
			os.Exit(1)
		}
		time.Sleep(200 * time.Millisecond)
	}
}
