// A minimal controller in Go, to measure the operator against: it applies the same objects for the same installs.
//
// It is what a developer would write with controller-runtime: one reconciler, 16 workers, a cache of the installs, and
// metadata-only watches of the objects it owns, selected by label. Server-side apply, one field manager, no rate limit.
// It has no waves, no health, no status, no Events, no pruning and no leader election.
package main

import (
	"context"
	"flag"
	"os"
	"strings"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/json"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
)

const (
	manager   = "dixi-rival"
	managedBy = "app.kubernetes.io/managed-by"

	// What the template has where an install's own values go.
	nameMark      = "install-name-mark"
	namespaceMark = "install-namespace-mark"
	uidMark       = "install-uid-mark"
)

var installKind = schema.GroupVersionKind{Group: "dixi.io", Version: "v1alpha1", Kind: "DixiInstall"}

// changed passes what may have taken something of ours away. An object's creation was our own doing, and its status is
// nobody's business here: where a kind counts generations, those tell; elsewhere every update is looked at.
var changed = predicate.Funcs{
	CreateFunc:  func(event.CreateEvent) bool { return false },
	GenericFunc: func(event.GenericEvent) bool { return false },
	DeleteFunc:  func(event.DeleteEvent) bool { return true },
	UpdateFunc: func(e event.UpdateEvent) bool {
		if before, after := e.ObjectOld.GetGeneration(), e.ObjectNew.GetGeneration(); before != 0 {
			return before != after || !labels.Equals(e.ObjectOld.GetLabels(), e.ObjectNew.GetLabels())
		}
		return e.ObjectOld.GetResourceVersion() != e.ObjectNew.GetResourceVersion()
	},
}

type reconciler struct {
	client   client.Client
	template []string
	parallel int
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	install := &unstructured.Unstructured{}
	install.SetGroupVersionKind(installKind)
	if err := r.client.Get(ctx, request.NamespacedName, install); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	namespace, _, err := unstructured.NestedString(install.Object, "spec", "namespace", "name")
	if err != nil {
		return ctrl.Result{}, err
	}
	own := strings.NewReplacer(nameMark, install.GetName(), namespaceMark, namespace, uidMark, string(install.GetUID()))
	// The first object is the namespace of all others.
	if err := r.apply(ctx, own.Replace(r.template[0])); err != nil {
		return ctrl.Result{}, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(r.parallel)
	for _, text := range r.template[1:] {
		group.Go(func() error { return r.apply(ctx, own.Replace(text)) })
	}
	return ctrl.Result{}, group.Wait()
}

func (r *reconciler) apply(ctx context.Context, text string) error {
	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON([]byte(text)); err != nil {
		return err
	}
	return r.client.Apply(
		ctx, client.ApplyConfigurationFromUnstructured(object), client.FieldOwner(manager), client.ForceOwnership,
	)
}

// readTemplate gives the JSON of each object, and their kinds without repetition.
func readTemplate(path string) ([]string, []schema.GroupVersionKind, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	var objects []map[string]any
	if err := json.Unmarshal(text, &objects); err != nil {
		return nil, nil, err
	}
	var template []string
	var kinds []schema.GroupVersionKind
	seen := map[schema.GroupVersionKind]bool{}
	for _, object := range objects {
		kind := (&unstructured.Unstructured{Object: object}).GroupVersionKind()
		if !seen[kind] {
			seen[kind] = true
			kinds = append(kinds, kind)
		}
		one, err := json.Marshal(object)
		if err != nil {
			return nil, nil, err
		}
		template = append(template, string(one))
	}
	return template, kinds, nil
}

func run(path string, workers, parallel int) error {
	template, kinds, err := readTemplate(path)
	if err != nil {
		return err
	}
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	config.QPS = -1
	install := &unstructured.Unstructured{}
	install.SetGroupVersionKind(installKind)
	m, err := ctrl.NewManager(config, ctrl.Options{
		Metrics: metricsserver.Options{BindAddress: "0"},
		Client:  client.Options{Cache: &client.CacheOptions{Unstructured: true}},
		Cache: cache.Options{
			DefaultLabelSelector: labels.SelectorFromSet(labels.Set{managedBy: "dixi-operator"}),
			DefaultTransform:     cache.TransformStripManagedFields(),
			ByObject:             map[client.Object]cache.ByObject{install: {Label: labels.Everything()}},
		},
	})
	if err != nil {
		return err
	}
	build := ctrl.NewControllerManagedBy(m).Named(manager).
		For(install, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		WithOptions(controller.Options{MaxConcurrentReconciles: workers})
	for _, kind := range kinds {
		owned := &metav1.PartialObjectMetadata{}
		owned.SetGroupVersionKind(kind)
		build = build.Owns(owned, builder.OnlyMetadata, builder.WithPredicates(changed))
	}
	if err := build.Complete(&reconciler{m.GetClient(), template, parallel}); err != nil {
		return err
	}
	return m.Start(ctrl.SetupSignalHandler())
}

func main() {
	path := flag.String("template", "", "JSON list of one install's objects")
	workers := flag.Int("workers", 16, "installs at once")
	parallel := flag.Int("parallel", 1, "objects of one install at once")
	flag.Parse()
	ctrl.SetLogger(zap.New())
	if err := run(*path, *workers, *parallel); err != nil {
		ctrl.Log.Error(err, "cannot go on")
		os.Exit(1)
	}
}
