// Command gpu-plugin offers devices that are not there to the kubelet, as a vendor's device plugin offers GPUs:
// scheduler, quota and device manager are the real ones, only nothing can be computed on what they give away.
//
// The protocol: https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	api "k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

const lookEvery = 500 * time.Millisecond

type plugin struct {
	api.UnimplementedDevicePluginServer
	devices []*api.Device
	done    <-chan struct{}
}

func (p plugin) GetDevicePluginOptions(context.Context, *api.Empty) (*api.DevicePluginOptions, error) {
	return &api.DevicePluginOptions{}, nil
}

// ListAndWatch tells the devices once, and that there are none when the plugin ends.
func (p plugin) ListAndWatch(_ *api.Empty, stream api.DevicePlugin_ListAndWatchServer) error {
	if err := stream.Send(&api.ListAndWatchResponse{Devices: p.devices}); err != nil {
		return err
	}
	select {
	case <-stream.Context().Done():
		return nil
	case <-p.done:
		return stream.Send(&api.ListAndWatchResponse{})
	}
}

// Allocate names the devices in the variable by which NVIDIA's container runtime is told of them.
func (p plugin) Allocate(_ context.Context, request *api.AllocateRequest) (*api.AllocateResponse, error) {
	answer := &api.AllocateResponse{}
	for _, container := range request.ContainerRequests {
		answer.ContainerResponses = append(answer.ContainerResponses, &api.ContainerAllocateResponse{
			Envs: map[string]string{"NVIDIA_VISIBLE_DEVICES": strings.Join(container.DevicesIds, ",")},
		})
	}
	return answer, nil
}

// register tells the kubelet of the plugin's socket.
func register(ctx context.Context, directory, endpoint, resource string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	connection, err := grpc.NewClient("unix://"+filepath.Join(directory, "kubelet.sock"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	_, err = api.NewRegistrationClient(connection).Register(ctx, &api.RegisterRequest{
		Version: api.Version, Endpoint: endpoint, ResourceName: resource,
	})
	return err
}

// serve offers the devices until the context ends, or until the kubelet has come anew and removed every socket.
func serve(ctx context.Context, directory, resource string, devices []*api.Device) error {
	endpoint := "dixi-" + strings.NewReplacer("/", "-", ".", "-").Replace(resource) + ".sock"
	socket := filepath.Join(directory, endpoint)
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	api.RegisterDevicePluginServer(server, plugin{devices: devices, done: ctx.Done()})
	go server.Serve(listener)
	defer server.GracefulStop()
	if err := register(ctx, directory, endpoint, resource); err != nil {
		return fmt.Errorf("the kubelet did not take %s: %w", resource, err)
	}
	fmt.Printf("offering %d %s\n", len(devices), resource)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(lookEvery):
			if _, err := os.Stat(socket); err != nil {
				return nil
			}
		}
	}
}

func run() error {
	resource := flag.String("resource", "nvidia.com/gpu", "name under which the devices are offered")
	count := flag.Int("count", 1, "how many devices")
	directory := flag.String("dir", api.DevicePluginPath, "folder with the kubelet's socket")
	flag.Parse()
	devices := make([]*api.Device, *count)
	for number := range devices {
		devices[number] = &api.Device{ID: fmt.Sprintf("GPU-fake-%d", number), Health: api.Healthy}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	for ctx.Err() == nil {
		if err := serve(ctx, *directory, *resource, devices); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gpu-plugin:", err)
		os.Exit(1)
	}
}
